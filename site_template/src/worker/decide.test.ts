import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, indeterminateZoneOf, operatingPointOf, thresholdOf, zoneOf } from "./decide.ts";

const point = (name: string, threshold: number) => ({ name, threshold, sensitivity: 1, specificity: 1, split: "test", n: 1 });
const metadata = (...operating_points: ReturnType<typeof point>[]) => ({
  class_names: ["A", "B", "C"], positive_class: "C", operating_points,
});
const whole = metadata(point("balanced", 0.4), point("screening", 0.2), point("rule-in", 0.7));

test("the first operating point decides the class, one half where there is none", () => {
  assert.equal(decide(whole, [0.3, 0.3, 0.4]), "C");
  assert.equal(decide(whole, [0.3, 0.32, 0.38]), "B");
  assert.deepEqual([thresholdOf(whole), operatingPointOf(whole)], [0.4, "balanced"]);
  assert.deepEqual([thresholdOf(metadata()), operatingPointOf(metadata())], [0.5, null]);
});

test("below screening a film is ruled out, from rule-in on ruled in, between indeterminate", () => {
  const zone = indeterminateZoneOf(whole)!;
  assert.deepEqual(zone, { from: 0.2, to: 0.7 });
  assert.deepEqual([0.19, 0.2, 0.69, 0.7].map((p) => zoneOf(p, zone)), ["ruled-out", "indeterminate", "indeterminate", "ruled-in"]);
});

test("a bundle without the two has no zones", () => {
  assert.equal(indeterminateZoneOf(metadata(point("balanced", 0.4))), null);
  assert.equal(indeterminateZoneOf(metadata(point("balanced", 0.4), point("rule-in", 0.7))), null);
});
