import assert from "node:assert/strict";
import { test } from "node:test";
import { tenthsOfPercent } from "./percent.ts";

test("percentages add up to exactly 100 as displayed", () => {
  for (let step = 0; step <= 10_000; step += 1) {
    const probability = step / 10_000;
    assert.equal(tenthsOfPercent([1 - probability, probability]).reduce((sum, part) => sum + part), 1000);
  }
  assert.deepEqual(tenthsOfPercent([1 / 3, 1 / 3, 1 / 3]), [334, 333, 333]);
});

test("probabilities that miss one by float32's rounding still add up", () => {
  assert.equal(tenthsOfPercent([0.30000001192092896, 0.7000000476837158]).reduce((sum, part) => sum + part), 1000);
});

test("each percentage is within a tenth of its probability", () => {
  const probabilities = [0.9704, 0.0296];
  tenthsOfPercent(probabilities).forEach((tenths, index) => {
    assert.ok(Math.abs(tenths / 1000 - probabilities[index]!) < 0.001);
  });
});
