import assert from "node:assert/strict";
import { test } from "node:test";
import { RestartPolicy } from "../../src/server/restartPolicy";

test("onCrash_OneAfterTheOther_WaitsLongerEachTimeThenGivesUp", () => {
  const policy = new RestartPolicy(250, 5, 180_000);
  const delays = [0, 1, 2, 3, 4, 5].map((second) => policy.onCrash(second * 1000));
  assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, undefined]);
});

test("onCrash_LongApart_IsAlwaysTheFirst", () => {
  const policy = new RestartPolicy(250, 5, 180_000);
  for (let crash = 0; crash < 20; crash++) assert.equal(policy.onCrash(crash * 180_000), 250);
});

test("reset_AfterGivingUp_StartsAnew", () => {
  const policy = new RestartPolicy(250, 1, 180_000);
  policy.onCrash(0);
  assert.equal(policy.onCrash(1), undefined);
  policy.reset();
  assert.equal(policy.onCrash(2), 250);
});
