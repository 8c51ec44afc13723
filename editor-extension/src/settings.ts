// The one place that knows the names of settings. It needs no VS Code, so that tests can read it.

export const Section = "codeexit";

export const Modes = ["default", "lossless", "quality", "balanced", "saver", "auto"] as const;
export type Mode = (typeof Modes)[number];

export interface Settings {
  mode: Mode;
  powerCapWatts: number | null;
  budgetJoules: number | null;
  pauseOnBattery: boolean;
  disabledLanguages: string[];
  maxTokens: number | null;
  server: { path: string; args: string[] };
}

/** What the server is told: at `initialize` and with every change. */
export interface ServerOptions {
  mode: Exclude<Mode, "default"> | null;
  powerCapWatts: number | null;
  budgetJoules: number | null;
  pauseOnBattery: boolean;
  disabledLanguages: string[];
  maxTokens: number | null;
}

/** Reads settings by name, as VS Code's `getConfiguration` does. A value of a wrong type becomes the default: the settings editor has marked it. */
export function readSettings(get: (name: string) => unknown): Settings {
  const mode = get("mode");
  return {
    mode: Modes.find((known) => known === mode) ?? "default",
    powerCapWatts: positive(get("powerCapWatts")),
    budgetJoules: positive(get("budgetJoules")),
    pauseOnBattery: get("pauseOnBattery") === true,
    disabledLanguages: strings(get("disabledLanguages")),
    maxTokens: positive(get("maxTokens")),
    server: { path: text(get("server.path")), args: strings(get("server.args")) },
  };
}

export function toServerOptions(settings: Settings): ServerOptions {
  const { mode, powerCapWatts, budgetJoules, pauseOnBattery, disabledLanguages, maxTokens } = settings;
  return { mode: mode === "default" ? null : mode, powerCapWatts, budgetJoules, pauseOnBattery, disabledLanguages, maxTokens };
}

/** Whether a change takes a new server process; everything else the running one is told. */
export function needsRestart(before: Settings, after: Settings): boolean {
  return JSON.stringify(before.server) !== JSON.stringify(after.server);
}

/** The list with a language switched off, or on again. */
export function toggleLanguage(disabled: readonly string[], language: string): string[] {
  return disabled.includes(language) ? disabled.filter((other) => other !== language) : [...disabled, language];
}

/** Reads what a user typed for a quantity: a number above 0, with or without its unit; nothing means no limit. */
export function parseQuantity(typed: string, unit: string): { value: number | null } | { problem: string } {
  const number = typed.trim().replace(new RegExp(`\\s*${unit}$`, "i"), "").replace(",", ".");
  if (number === "") return { value: null };
  const value = Number(number);
  return Number.isFinite(value) && value > 0 ? { value } : { problem: `“${typed}” is no number above 0. Leave it empty for no limit.` };
}

function positive(value: unknown): number | null {
  return typeof value === "number" && value > 0 ? value : null;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}
