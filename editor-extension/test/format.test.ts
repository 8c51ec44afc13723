import assert from "node:assert/strict";
import { test } from "node:test";
import { formatJoules, formatReading, formatShare, formatWatts } from "../src/format";

const joules: [number, string][] = [
  [0, "0 J"],
  [0.0312, "31 mJ"],
  [0.286, "290 mJ"],
  [0.9996, "1 J"],
  [1.31, "1.3 J"],
  [31.49, "31 J"],
  [170.2, "170 J"],
  [999.9, "1 kJ"],
  [4211, "4.2 kJ"],
  [-0.004, "-4 mJ"],
];
for (const [value, expected] of joules) {
  test(`formatJoules_${value}_${expected}`, () => assert.equal(formatJoules(value), expected));
}

test("formatReading_Measured_StandsWithoutAMark", () => {
  assert.equal(formatReading({ joules: 1.31, label: "measured-counter" }), "1.3 J");
  assert.equal(formatReading({ joules: 1.31, label: "measured-integrated" }), "1.3 J");
});

test("formatReading_Estimated_SaysSo", () => assert.equal(formatReading({ joules: 0.3, label: "estimated-model" }), "≈ 300 mJ est."));

test("formatReading_Apportioned_IsMarkedAsNear", () => assert.equal(formatReading({ joules: 0.3, label: "apportioned" }), "≈ 300 mJ"));

test("formatReading_LabelOfANewerServer_IsNotTakenForAMeasurement", () => assert.equal(formatReading({ joules: 2, label: "guessed" }), "≈ 2 J est."));

test("formatReading_NothingKnown_SaysSo", () => {
  assert.equal(formatReading({ joules: null, label: "unavailable" }), "joules unknown");
  assert.equal(formatReading({ joules: 0, label: "unavailable" }), "joules unknown");
});

test("formatWatts_Estimated_SaysSo", () => {
  assert.equal(formatWatts(71.2, "measured-counter"), "71 W");
  assert.equal(formatWatts(4.2, "estimated-model"), "≈ 4 W est.");
});

test("formatShare_OfNothing_IsADash", () => assert.equal(formatShare(0, 0), "–"));
