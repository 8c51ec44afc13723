import { randomBytes } from "node:crypto";
import { ViewColumn, window, type Disposable, type WebviewPanel } from "vscode";
import type { Store } from "../state";
import { PageCommands, whyPage } from "./page";

/** The "why" view beside the code; it follows the suggestions while it is open. */
export class WhyPanel implements Disposable {
  private panel: WebviewPanel | undefined;
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
      this.panel.onDidDispose(() => (this.panel = undefined));
      this.panel.onDidChangeViewState(() => this.render());
    } else this.panel.reveal(undefined, true);
    this.render();
  }

  dispose(): void {
    this.subscription.dispose();
    this.panel?.dispose();
  }

  private render(): void {
    if (this.panel?.visible === true) this.panel.webview.html = whyPage(this.store.state, randomBytes(16).toString("base64url"));
  }
}
