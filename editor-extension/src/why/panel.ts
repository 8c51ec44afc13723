import { randomBytes } from "node:crypto";
import { ViewColumn, window, type Disposable, type WebviewPanel } from "vscode";
import type { Store } from "../state";
import { PageCommands, whyPage } from "./page";

/** The "why" view beside the code; it follows the suggestions while it is open. */
export class WhyPanel implements Disposable {
  private panel: WebviewPanel | undefined;
  private shown = "";
  private readonly subscription: { dispose(): void };

  constructor(private readonly store: Store) {
    this.subscription = store.onChange(() => this.render());
  }

  show(): void {
    if (this.panel === undefined) {
      this.panel = window.createWebviewPanel(
        "codeexit.why",
        "CodeExit: why",
        { viewColumn: ViewColumn.Beside, preserveFocus: true },
        { enableScripts: false, enableCommandUris: PageCommands, localResourceRoots: [] },
      );
      this.shown = "";
      this.panel.onDidDispose(() => (this.panel = undefined));
      this.panel.onDidChangeViewState(() => this.render());
    } else this.panel.reveal(undefined, true);
    this.render();
  }

  dispose(): void {
    this.subscription.dispose();
    this.panel?.dispose();
  }

  /** A new page starts at its top with its table closed, so the same one is left as it is. */
  private render(): void {
    if (this.panel?.visible !== true) return;
    const content = whyPage(this.store.state, "");
    if (content === this.shown) return;
    this.shown = content;
    this.panel.webview.html = whyPage(this.store.state, randomBytes(16).toString("base64url"));
  }
}
