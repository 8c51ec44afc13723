import { commands, window } from "vscode";
import { currentSettings, writeSetting } from "../configuration";
import { parseQuantity, toggleLanguage } from "../settings";
import type { Store } from "../state";
import { menuEntries, modeEntries } from "./model";

const activeLanguage = (): string | undefined => window.activeTextEditor?.document.languageId;

export async function showMenu(store: Store): Promise<void> {
  const entries = menuEntries(store.state, currentSettings(), activeLanguage());
  const chosen = await window.showQuickPick(entries, { title: "CodeExit", placeHolder: "What to change or show" });
  if (chosen !== undefined) await commands.executeCommand(chosen.command);
}

export async function selectMode(): Promise<void> {
  const chosen = await window.showQuickPick(modeEntries(currentSettings().mode), { title: "CodeExit: mode", matchOnDetail: true });
  if (chosen !== undefined) await writeSetting("mode", chosen.mode);
}

export function setPowerCap(): Promise<void> {
  return askQuantity("powerCapWatts", "W", "Most watts that the device may draw; empty for no cap", currentSettings().powerCapWatts);
}

export function setBudget(): Promise<void> {
  return askQuantity("budgetJoules", "J", "Most joules of a suggestion; empty for no limit", currentSettings().budgetJoules);
}

export async function togglePauseOnBattery(): Promise<void> {
  await writeSetting("pauseOnBattery", !currentSettings().pauseOnBattery);
}

export async function toggleActiveLanguage(): Promise<void> {
  const language = activeLanguage();
  if (language === undefined) return void window.showInformationMessage("CodeExit: open a file of the language first.");
  await writeSetting("disabledLanguages", toggleLanguage(currentSettings().disabledLanguages, language));
}

async function askQuantity(setting: string, unit: string, prompt: string, current: number | null): Promise<void> {
  const validateInput = (typed: string): string | undefined => {
    const parsed = parseQuantity(typed, unit);
    return "problem" in parsed ? parsed.problem : undefined;
  };
  const typed = await window.showInputBox({ title: "CodeExit", prompt, value: current === null ? "" : String(current), placeHolder: `number of ${unit}`, validateInput });
  if (typed === undefined) return;
  const parsed = parseQuantity(typed, unit);
  if ("value" in parsed) await writeSetting(setting, parsed.value);
}
