// The extension in a real VS Code workbench with the server and the model that it brings.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { killBelow, processesBelow } from "./processes.mjs";
import { Patience, Workbench } from "./workbench.mjs";

const repository = join(import.meta.dirname, "../../..");
const artifacts = join(repository, "artifacts");
const root = join(artifacts, "workbench");

const loop = "import os\n\n\ndef find(folder):\n    for name in os.listdir(folder):\n        ";

/** Where the embedded model goes on over several lines. */
const block = "import os\n\n\ndef find(folder):\n    for name in os.listdir(folder):\n";

describe("CodeExit in a VS Code workbench", { timeout: 600_000 }, () => {
  /** @type {Workbench} */
  let code;
  let files = 0;

  before(async () => {
    const vsix = readdirSync(artifacts).find((name) => name.endsWith(".vsix"));
    assert.ok(vsix, `no .vsix in ${artifacts}: run npm run package`);
    code = await Workbench.start({ root, vsix: join(artifacts, vsix) });
  });
  afterEach(async (context) => {
    await code?.screenshot(context.name);
  });
  after(() => code?.stop());

  /** Opens a new file with this text, so that nothing is learned or cached of the place. */
  async function write(text) {
    const name = `place${++files}.py`;
    await code.open(name, text);
    await code.statusIs(/\w/);
    await code.statusIs(/balanced|saver/);
    return name;
  }

  /**
   * Opens a file with the text and types the last key of what is typed: one key is one request, so that what is suggested does not
   * hang on whether an earlier key's answer came before the next one.
   */
  async function suggest(text, typed) {
    const name = await write(text + typed.slice(0, -1));
    await code.type(typed.slice(-1));
    return { name, typedText: text + typed, ghost: await code.ghostAtRest() };
  }

  it("shows the mode in the status bar once the server runs", async () => {
    await write(loop);
    assert.match(await code.status(), /balanced/);
  });

  it("shows ghost text that is not in the file, and joules marked as what they are", async () => {
    const { name, typedText, ghost } = await suggest(loop, "if");
    assert.notEqual(ghost.trim(), "");
    assert.equal(await code.saved(name), typedText);
    // No energy counter here: nothing but an estimate may be claimed. A machine with one shows a plain number.
    await code.statusIs(/balanced.*(≈ [\d.]+ m?J est\.|[\d.]+ m?J)$/);
  });

  it("takes all with Tab", async () => {
    const { name, typedText, ghost } = await suggest(loop, "if");
    await code.press("Tab");
    assert.equal(await code.saved(name), typedText + ghost);
    await code.menu(); // which asks the server how things stand
    await code.page.locator(".quick-input-widget .monaco-list-row").first().waitFor({ timeout: Patience });
    await code.press("Escape");
    assert.match(await code.tooltip(), /1 of \d+ suggestions accepted/);
  });

  it("takes a word at a time with Ctrl+Right and keeps showing the rest", async () => {
    const { name, typedText, ghost } = await suggest(loop, "if");
    for (const word of ghost.match(/\s+|\w+/g).slice(0, 2)) {
      const before = (await code.saved(name)).slice(typedText.length);
      await code.press("Control+ArrowRight");
      const taken = (await code.saved(name)).slice(typedText.length);
      assert.equal(taken, before + word);
      assert.equal(await code.ghostAtRest(), ghost.slice(taken.length));
    }
  });

  it("takes a line with Ctrl+Alt+Right and keeps showing the next", async () => {
    const { name, typedText, ghost } = await suggest(block, "    ");
    const [first, ...rest] = ghost.split("\n");
    assert.ok(rest.length > 0, `one line only: “${ghost}”`);
    await code.press("Control+Alt+ArrowRight");
    assert.equal((await code.saved(name)).trimEnd(), typedText + first);
    assert.ok((await code.ghostAtRest()).startsWith(rest[0]));
  });

  it("sends it away with Escape", async () => {
    const { name, typedText } = await suggest(loop, "if");
    await code.press("Escape");
    await code.noGhost();
    assert.equal(await code.saved(name), typedText);
  });

  it("keeps what is typed through", async () => {
    const { name, typedText, ghost } = await suggest(loop, "if");
    const through = ghost.slice(0, 4); // within a word, where the model asked anew would say something else
    await code.type(through);
    assert.equal(await code.ghostAtRest(), ghost.slice(through.length));
    assert.equal(await code.saved(name), typedText + through);
    await code.press("Tab");
    assert.equal(await code.saved(name), typedText + ghost);
  });

  it("switches the mode through the menu", async () => {
    await write(loop);
    await code.menu();
    await code.choose("Mode…");
    await code.choose("saver");
    await code.statusIs(/saver/);
    assert.equal(code.readSettings()["codeexit.mode"], "saver");
  });

  it("is off in a language that was switched off, and on again", async () => {
    const name = await write(loop);
    await code.menu();
    await code.choose("Disable for python");
    await code.statusIs(/^ *CodeExit$/);
    assert.ok(code.readSettings()["codeexit.disabledLanguages"].includes("python"));
    await code.focusEditor();
    await code.type("i");
    await sleep(1000); // switched on, an answer takes a tenth of that
    assert.equal(await code.ghost(), "");
    assert.equal(await code.saved(name), loop + "i");

    await code.menu();
    await code.choose("Enable for python");
    await code.statusIs(/saver/);
    await code.focusEditor();
    await code.type("f");
    assert.notEqual(await code.ghostAtRest(), "");
  });

  it("draws the layers and says the joules of the last suggestion", async () => {
    const { ghost } = await suggest(loop.replace("find", "walk"), "if"); // not the place of another test: nothing remembered
    await code.command("CodeExit: Why the Last Suggestion?");
    const page = code.webview();
    await page.locator("h1", { hasText: "Why this suggestion" }).waitFor({ timeout: Patience });
    assert.ok((await page.locator("pre").textContent()).includes(ghost.trim()));
    assert.match(await page.locator("dl").textContent(), /Joules.*J/);
    assert.ok((await page.locator("svg rect.ran").count()) > 0, "no bars");
  });

  it("starts the server again when all of it is killed", async () => {
    const server = "/server/codeexit.dll"; // whatever runs it: what speaks to the editor, and a daemon behind it
    await suggest(loop, "if");
    const killed = killBelow(root, server);
    assert.ok(killed.length > 0, "no server");
    const deadline = performance.now() + Patience;
    while (!processesBelow(root, server).some((pid) => !killed.includes(pid))) {
      assert.ok(performance.now() < deadline, "no new server");
      await sleep(50);
    }
    await code.statusIs(/saver/);
    await code.focusEditor();
    await code.press("Enter");
    await code.type("if");
    assert.notEqual(await code.ghostAtRest(), "");
  });

  it("opens a walkthrough of four steps", async () => {
    await write(loop);
    await code.command("CodeExit: Get Started");
    await code.page.locator(".getting-started-step").first().waitFor({ timeout: Patience });
    assert.equal(await code.page.locator(".getting-started-step").count(), 4);
  });

  it("says what is wrong with a path that is no server, and recovers when it is mended", async () => {
    await write(loop);
    code.writeMachineSettings({ "codeexit.server.path": "/nowhere/codeexit" });
    await code.notification(/codeexit\.server\.path is “\/nowhere\/codeexit”, which is no file/);
    await code.screenshot("path that is no server");
    code.writeMachineSettings({});
    await code.statusIs(/saver/);
    await code.type("if");
    await code.ghostAtRest();
  });
});
