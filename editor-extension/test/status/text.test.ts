import assert from "node:assert/strict";
import { test } from "node:test";
import type { State } from "../../src/state";
import { statusText } from "../../src/status/text";

const running: State = { phase: { kind: "running" }, status: { state: "ready", mode: "balanced" }, energy: undefined, suggestion: undefined };
const withEnergy = (label: string, joules: number | null): State => ({
  ...running,
  suggestion: { text: "x", data: { energy: { joules, label, source: "estimate:cpu-time", scope: "process" } } },
});
const show = (state: State, isDisabled = false) => statusText(state, "python", isDisabled);

test("statusText_Ready_ShowsTheMode", () => assert.equal(show(running).text, "$(zap) balanced"));

test("statusText_Auto_ShowsWhatItComesTo", () => {
  assert.equal(show({ ...running, status: { state: "ready", mode: "auto", effectiveMode: "saver" } }).text, "$(zap) auto: saver");
  assert.equal(show({ ...running, status: { state: "ready", mode: "auto", effectiveMode: "auto" } }).text, "$(zap) auto");
});

test("statusText_EstimatedJoules_AreMarkedInTextAndSpeech", () => {
  const { text, spoken, tooltip } = show(withEnergy("estimated-model", 0.3));
  assert.equal(text, "$(zap) balanced  ≈ 300 mJ est.");
  assert.match(spoken, /300 mJ, estimated, not measured/);
  assert.ok(tooltip.some((line) => /est\..*estimate:cpu-time, process/.test(line)));
});

test("statusText_MeasuredJoules_StandPlain", () => assert.equal(show(withEnergy("measured-counter", 1.31)).text, "$(zap) balanced  1.3 J"));

test("statusText_Reused_ClaimsNoJoules", () => {
  const state = { ...running, suggestion: { text: "x", data: { energy: { joules: 0, label: "measured-counter", source: "nvml", scope: "gpu" }, reused: true } } };
  assert.equal(show(state).text, "$(zap) balanced  reused");
});

test("statusText_JoulesUnknown_SaysSo", () => assert.equal(show(withEnergy("unavailable", null)).text, "$(zap) balanced  joules unknown"));

test("statusText_BeforeTheServerNamedAMode_ShowsTheName", () => {
  assert.equal(show({ ...running, status: undefined }).text, "$(zap) CodeExit");
  assert.equal(show({ ...running, status: { state: "loading", mode: "" } }).text, "$(zap) CodeExit");
});

test("statusText_OffForTheLanguage_SaysForWhich", () => {
  const { text, spoken } = show(running, true);
  assert.match(text, /circle-slash/);
  assert.match(spoken, /off for python/);
});

test("statusText_Paused_SaysWhy", () => assert.match(show({ ...running, status: { state: "ready", mode: "saver", paused: true } }).spoken, /paused.*battery/));

test("statusText_ServerCannotStart_ShowsTheProblemInRed", () => {
  const { severity, tooltip } = show({ ...running, phase: { kind: "failed", problem: { message: "no dotnet", remedies: [] } } });
  assert.equal(severity, "error");
  assert.deepEqual(tooltip, ["no dotnet"]);
});

test("statusText_ModelCannotBeLoaded_ShowsTheServersReason", () => {
  const { severity, tooltip } = show({ ...running, status: { state: "failed", error: "model.safetensors is cut off" } });
  assert.equal(severity, "error");
  assert.deepEqual(tooltip, ["model.safetensors is cut off"]);
});

test("statusText_AllThatAServerTells_IsInTheTooltip", () => {
  const status = {
    state: "ready",
    mode: "auto",
    modeReason: "71 W of 60 W",
    model: "default",
    device: "cpu",
    energy: { source: "nvml", label: "measured-counter", scope: "gpu", watts: 71.2 },
    latencyMs: { p50: 61.2, p95: 118.4 },
    suggestions: { offered: 130, accepted: 21 },
  };
  const tooltip = show({ ...running, status }).tooltip.join("\n");
  for (const part of ["auto: 71 W of 60 W", "default on cpu", "71 W when last read", "61 ms", "118 ms", "21 of 130"]) assert.ok(tooltip.includes(part), part);
});
