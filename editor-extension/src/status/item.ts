import { MarkdownString, StatusBarAlignment, ThemeColor, window, type Disposable } from "vscode";
import { currentSettings } from "../configuration";
import type { Store } from "../state";
import { statusText } from "./text";

const backgrounds = {
  normal: undefined,
  warning: new ThemeColor("statusBarItem.warningBackground"),
  error: new ThemeColor("statusBarItem.errorBackground"),
};

/** The status bar item: mode and joules; a click opens the menu. */
export class StatusItem implements Disposable {
  private readonly item = window.createStatusBarItem("codeexit", StatusBarAlignment.Right, 100);

  constructor(private readonly store: Store) {
    this.item.name = "CodeExit";
    this.item.command = "codeexit.menu";
    this.show();
    this.item.show();
  }

  /** Shows what is known now. */
  show(): void {
    const language = window.activeTextEditor?.document.languageId;
    const isDisabled = language !== undefined && currentSettings().disabledLanguages.includes(language);
    const { text, spoken, tooltip, severity } = statusText(this.store.state, language, isDisabled);
    this.item.text = text;
    this.item.accessibilityInformation = { label: spoken };
    this.item.backgroundColor = backgrounds[severity];
    const markdown = new MarkdownString();
    for (const line of tooltip) markdown.appendText(line).appendMarkdown("\n\n");
    this.item.tooltip = markdown;
  }

  dispose(): void {
    this.item.dispose();
  }
}
