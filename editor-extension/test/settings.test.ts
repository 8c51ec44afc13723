import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Modes, needsRestart, parseQuantity, readSettings, toggleLanguage, toServerOptions } from "../src/settings";

interface Property {
  default: unknown;
  enum?: string[];
}
// Tests run from the extension's folder, as npm does.
const manifest = JSON.parse(readFileSync(join(process.cwd(), "package.json"), "utf8")) as {
  contributes: { configuration: { properties: Record<string, Property> }; commands: { command: string }[] };
};
const { properties } = manifest.contributes.configuration;
const defaults = (name: string): unknown => properties[`codeexit.${name}`]?.default;

test("readSettings_ManifestDefaults_LeaveEverythingToTheServer", () => {
  assert.deepEqual(toServerOptions(readSettings(defaults)), {
    mode: null,
    powerCapWatts: null,
    budgetJoules: null,
    pauseOnBattery: false,
    disabledLanguages: ["plaintext", "markdown"],
    maxTokens: null,
  });
});

test("readSettings_EachOfTheManifest_IsReadUnderItsName", () => {
  const read = new Set<string>();
  readSettings((name) => void read.add(`codeexit.${name}`));
  read.add("codeexit.trace.server"); // vscode-languageclient reads that one
  assert.deepEqual([...read].sort(), Object.keys(properties).sort());
});

test("Modes_OfTheManifest_AreTheSame", () => assert.deepEqual(properties["codeexit.mode"]?.enum, [...Modes]));

test("toServerOptions_WhatAUserSet_IsForwardedWithoutTheServersOwnPath", () => {
  const given: Record<string, unknown> = {
    mode: "saver",
    powerCapWatts: 60,
    budgetJoules: 0.5,
    pauseOnBattery: true,
    disabledLanguages: ["go"],
    maxTokens: 32,
    "server.path": "/opt/codeexit",
    "server.args": ["--standalone"],
  };
  const settings = readSettings((name) => given[name]);
  assert.deepEqual(settings.server, { path: "/opt/codeexit", args: ["--standalone"] });
  assert.deepEqual(toServerOptions(settings), {
    mode: "saver",
    powerCapWatts: 60,
    budgetJoules: 0.5,
    pauseOnBattery: true,
    disabledLanguages: ["go"],
    maxTokens: 32,
  });
});

test("readSettings_ValuesOfAWrongType_BecomeDefaults", () => {
  const given: Record<string, unknown> = { mode: "fast", powerCapWatts: "60", budgetJoules: -1, pauseOnBattery: "yes", disabledLanguages: "go", maxTokens: 0, "server.path": 7, "server.args": [1, "a"] };
  assert.deepEqual(
    readSettings((name) => given[name]),
    { mode: "default", powerCapWatts: null, budgetJoules: null, pauseOnBattery: false, disabledLanguages: [], maxTokens: null, server: { path: "", args: ["a"] } },
  );
});

test("needsRestart_OnlyForTheServersPathAndArguments", () => {
  const before = readSettings(defaults);
  assert.equal(needsRestart(before, { ...before, mode: "saver", powerCapWatts: 5, disabledLanguages: [] }), false);
  assert.equal(needsRestart(before, { ...before, server: { path: "/x", args: [] } }), true);
  assert.equal(needsRestart(before, { ...before, server: { path: "", args: ["--standalone"] } }), true);
});

test("toggleLanguage_Twice_IsAsBefore", () => {
  const off = toggleLanguage(["markdown"], "go");
  assert.deepEqual(off, ["markdown", "go"]);
  assert.deepEqual(toggleLanguage(off, "go"), ["markdown"]);
});

for (const [typed, value] of [
  ["60", 60],
  ["60W", 60],
  [" 60 w ", 60],
  ["0,5 W", 0.5],
  ["1e2", 100],
  ["", null],
  ["  ", null],
] as const) {
  test(`parseQuantity_“${typed}”_${value}`, () => assert.deepEqual(parseQuantity(typed, "W"), { value }));
}

for (const typed of ["-3", "0", "lots", "60 J", "NaN", "Infinity"]) {
  test(`parseQuantity_“${typed}”_NamesItAndWhatIsRight`, () => {
    const parsed = parseQuantity(typed, "W");
    assert.ok("problem" in parsed);
    assert.match(parsed.problem, /above 0/);
    assert.ok(parsed.problem.includes(typed));
  });
}
