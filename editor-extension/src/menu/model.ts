import { formatReading } from "../format";
import { Modes, type Mode, type Settings } from "../settings";
import type { State } from "../state";

/** An entry of the menu; `command` is what choosing it runs. */
export interface MenuEntry {
  label: string;
  description?: string;
  command: string;
}

const modeDetails: Record<Mode, string> = {
  default: "What the server takes by itself",
  lossless: "Every token at full depth, or drafted and verified: the model's own words",
  quality: "Fewer layers where that is promised to change next to nothing",
  balanced: "Fewer layers for a small, promised loss",
  saver: "Fewest layers for a larger, promised loss",
  auto: "Follows power, budget and battery between the modes",
};

/** The menu behind the status bar item. */
export function menuEntries(state: State, settings: Settings, language: string | undefined): MenuEntry[] {
  const { suggestion, status } = state;
  const energy = suggestion?.data.energy;
  const now = status?.mode && status.mode !== settings.mode ? `${settings.mode} (now ${status.mode})` : settings.mode;
  return [
    { label: "$(settings) Mode…", description: now, command: "codeexit.selectMode" },
    { label: "$(plug) Power cap…", description: limit(settings.powerCapWatts, "W", settings.mode), command: "codeexit.setPowerCap" },
    { label: "$(zap) Budget of a suggestion…", description: limit(settings.budgetJoules, "J", settings.mode), command: "codeexit.setBudget" },
    { label: "$(debug-pause) Pause on battery", description: settings.pauseOnBattery ? "on" : "off", command: "codeexit.togglePauseOnBattery" },
    ...(language === undefined
      ? []
      : [
          settings.disabledLanguages.includes(language)
            ? { label: `$(check) Enable for ${language}`, command: "codeexit.toggleLanguage" }
            : { label: `$(circle-slash) Disable for ${language}`, command: "codeexit.toggleLanguage" },
        ]),
    { label: "$(graph) Why the last suggestion?", description: energy ? formatReading(energy) : "none yet", command: "codeexit.why" },
    { label: "$(refresh) Restart the server", command: "codeexit.restart" },
    { label: "$(output) Open the log", command: "codeexit.showLog" },
    { label: "$(gear) Settings", command: "codeexit.openSettings" },
  ];
}

/** The modes to choose from, the current one marked. */
export function modeEntries(current: Mode): { mode: Mode; label: string; detail: string; description?: string }[] {
  return Modes.map((mode) => ({ mode, label: mode, detail: modeDetails[mode], ...(mode === current ? { description: "current" } : {}) }));
}

/** A limit and, where the mode is one that does not follow it, that it waits: mode auto does, and by default a limit switches that on. */
function limit(value: number | null, unit: string, mode: Mode): string {
  if (value === null) return "none";
  return mode === "auto" || mode === "default" ? `${value} ${unit}` : `${value} ${unit}, waits for mode auto`;
}
