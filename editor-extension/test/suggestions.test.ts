import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { EnergyAnswer, StatusAnswer } from "../src/protocol";
import { Store } from "../src/state";
import { Suggestions } from "../src/suggestions";

const near = { joules: 0.5, label: "apportioned", source: "nvml", scope: "gpu" };
const measured = { joules: 0.4, label: "measured-counter", source: "nvml", scope: "gpu" };
const answer = (text: string) => ({ items: [{ insertText: text, data: { energy: near, layers: { total: 8, mean: 8 } } }] });

class Server {
  asked = 0;
  status = (): Promise<StatusAnswer> => {
    this.asked++;
    return Promise.resolve({ state: "ready", mode: "balanced" });
  };
  energy = (): Promise<EnergyAnswer> => Promise.resolve({ last: measured, totals: [] });
}

function setUp() {
  const store = new Store();
  const server = new Server();
  return { store, server, suggestions: new Suggestions(store, server) };
}

test("begin_AnswerWithAnItem_IsTheLastSuggestion", () => {
  const { store, suggestions } = setUp();
  suggestions.begin()(answer("return x"), false);
  suggestions.dispose();
  assert.equal(store.state.suggestion?.text, "return x");
  assert.deepEqual(store.state.suggestion.data.energy, near);
});

test("begin_NothingToShow_KeepsTheOneBefore", () => {
  const { store, suggestions } = setUp();
  suggestions.begin()(answer("kept"), false);
  for (const empty of [null, undefined, [], { items: [] }]) suggestions.begin()(empty, false);
  suggestions.begin()(answer("cancelled"), true);
  const late = suggestions.begin();
  suggestions.begin()(null, false);
  late(answer("overtaken by a newer request"), false);
  suggestions.dispose();
  assert.equal(store.state.suggestion?.text, "kept");
});

test("begin_TypedThrough_KeepsWhatItCostAtFirst", async () => {
  const { store, suggestions } = setUp();
  const nothing = { ...near, joules: 0 };
  const again = (text: string) => ({ items: [{ insertText: text, data: { energy: nothing, layers: { total: 0, mean: 0, perToken: [] }, reused: true } }] });
  suggestions.begin()(answer("return x"), false);
  suggestions.begin()(again("return x"), false);
  await suggestions.refresh();
  assert.deepEqual(store.state.suggestion?.data.energy, near);
  suggestions.begin()(again("another"), false);
  suggestions.dispose();
  assert.deepEqual(store.state.suggestion.data.energy, nothing);
});

test("begin_TypedThroughBeforeTheFirstAnswer_ShowsWhatThatCost", () => {
  const { store, suggestions } = setUp();
  const first = suggestions.begin();
  const second = suggestions.begin();
  first(answer("return x"), true);
  assert.equal(store.state.suggestion, undefined);
  second({ items: [{ insertText: "return x", data: { energy: { ...near, joules: 0 }, reused: true } }] }, false);
  suggestions.dispose();
  assert.deepEqual(store.state.suggestion, { text: "return x", data: { energy: near, layers: { total: 8, mean: 8 } } });
});

test("begin_ServerWithoutData_IsTolerated", () => {
  const { store, suggestions } = setUp();
  suggestions.begin()([{ insertText: { value: "x" } }], false);
  suggestions.dispose();
  assert.deepEqual(store.state.suggestion, { text: "x", data: {} });
});

test("refresh_SuggestionIsTheNewestRequest_GetsItsMeasurement", async () => {
  const { store, suggestions } = setUp();
  suggestions.begin()(answer("x"), false);
  await suggestions.refresh();
  assert.deepEqual(store.state.suggestion?.data.energy, measured);
  assert.equal(store.state.status?.mode, "balanced");
});

test("refresh_ANewerRequestCameToNothing_LeavesTheSuggestionsOwnJoules", async () => {
  const { store, suggestions } = setUp();
  suggestions.begin()(answer("x"), false);
  suggestions.begin()({ items: [] }, false);
  await suggestions.refresh();
  assert.deepEqual(store.state.suggestion?.data.energy, near);
});

test("refresh_ServerIsGone_ChangesNothing", async () => {
  const store = new Store();
  const gone = (): Promise<never> => Promise.reject(new Error("gone"));
  await new Suggestions(store, { status: gone, energy: gone }).refresh();
  assert.equal(store.state.status, undefined);
});

test("begin_ManySuggestionsThenAPause_AsksTheServerOnceAndThenNeverAgain", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { server, suggestions } = setUp();
  for (let key = 0; key < 20; key++) {
    suggestions.begin()(answer("x"), false);
    context.mock.timers.tick(100);
  }
  assert.equal(server.asked, 0);
  context.mock.timers.tick(3_600_000);
  assert.equal(server.asked, 1);
});

test("onChange_Disposed_IsNotToldAnyMore", () => {
  const store = new Store();
  const listener = mock.fn();
  const subscription = store.onChange(listener);
  store.update({ phase: { kind: "running" } });
  subscription.dispose();
  store.update({ phase: { kind: "stopped" } });
  assert.equal(listener.mock.callCount(), 1);
});
