import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { menuEntries, modeEntries } from "../../src/menu/model";
import { Modes, readSettings, type Settings } from "../../src/settings";
import type { State } from "../../src/state";

const settings: Settings = readSettings(() => undefined);
const state: State = { phase: { kind: "running" }, status: { state: "ready", mode: "balanced" }, energy: undefined, suggestion: undefined };
const entry = (command: string, given = settings, language?: string) => menuEntries(state, given, language).find((one) => one.command === command);

test("menuEntries_Commands_AreAllInTheManifest", () => {
  const manifest = JSON.parse(readFileSync(join(process.cwd(), "package.json"), "utf8")) as { contributes: { commands: { command: string }[] } };
  const known = new Set(manifest.contributes.commands.map(({ command }) => command));
  for (const { command } of menuEntries(state, settings, "python")) assert.ok(known.has(command), command);
});

test("menuEntries_ServerChoseTheMode_ShowsBoth", () => assert.equal(entry("codeexit.selectMode")?.description, "default (now balanced)"));

test("menuEntries_ModeAsAskedFor_ShowsItOnce", () => assert.equal(entry("codeexit.selectMode", { ...settings, mode: "balanced" })?.description, "balanced"));

test("menuEntries_Limits_AreShownWithTheirUnits", () => {
  assert.equal(entry("codeexit.setPowerCap")?.description, "none");
  assert.equal(entry("codeexit.setPowerCap", { ...settings, powerCapWatts: 60 })?.description, "60 W");
  assert.equal(entry("codeexit.setBudget", { ...settings, budgetJoules: 0.5 })?.description, "0.5 J");
});

test("menuEntries_LimitBesideAFixedMode_Waits", () =>
  assert.equal(entry("codeexit.setPowerCap", { ...settings, mode: "saver", powerCapWatts: 60 })?.description, "60 W, waits for mode auto"));

test("menuEntries_Language_CanBeSwitchedBothWays", () => {
  assert.match(entry("codeexit.toggleLanguage", settings, "go")?.label ?? "", /Disable for go/);
  assert.match(entry("codeexit.toggleLanguage", { ...settings, disabledLanguages: ["go"] }, "go")?.label ?? "", /Enable for go/);
});

test("menuEntries_NoEditor_OffersNoLanguage", () => assert.equal(entry("codeexit.toggleLanguage"), undefined));

test("modeEntries_MarkTheCurrentOneAndExplainAll", () => {
  const entries = modeEntries("saver");
  assert.deepEqual(entries.map(({ mode }) => mode), [...Modes]);
  assert.deepEqual(entries.filter(({ description }) => description !== undefined).map(({ mode }) => mode), ["saver"]);
  assert.ok(entries.every(({ detail }) => detail !== ""));
});
