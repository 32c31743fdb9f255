import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, type Point } from "./decide.ts";

const BALANCED = { name: "balanced", threshold: 0.4 };
const SCREENING = { name: "screening", threshold: 0.2 };
const RULE_IN = { name: "rule-in", threshold: 0.7 };
const rule = (...operating_points: Point[]) => ({ positive_class: "C", operating_points });
const WHOLE = rule(BALANCED, SCREENING, RULE_IN);
const finding = (...probabilities: number[]) => ({
  probabilities: probabilities.map((probability, index) => ({ class_name: "ABC"[index]!, probability })),
});

test("the positive class is read at its threshold, below it the likeliest of the others", () => {
  assert.equal(decide(finding(0.3, 0.32, 0.38), rule({ name: "at", threshold: 0.38 })).label, "C");
  assert.equal(decide(finding(0.3, 0.32, 0.38), WHOLE).label, "B");
  assert.equal(decide(finding(0.3, 0.32, 0.38), { ...rule({ name: "at", threshold: 0.31 }), positive_class: "A" }).label, "C");
});

test("the first operating point decides the class, the likeliest is read where there is none", () => {
  assert.equal(decide(finding(0.3, 0.3, 0.4), WHOLE).label, "C");
  const { threshold, operating_point } = decide(finding(0.3, 0.3, 0.4), WHOLE);
  assert.deepEqual([threshold, operating_point], [0.4, "balanced"]);
  const without = decide(finding(0.2, 0.3, 0.5), rule());
  assert.deepEqual([without.label, without.threshold, without.operating_point], ["C", 0.5, null]);
  assert.equal(decide(finding(0.3, 0.25, 0.45), rule()).label, "C");
  assert.equal(decide(finding(0.05, 0.5, 0.45), rule()).label, "B");
});

test("another operating point changes the class read and says its own name and threshold", () => {
  const { label, operating_point, threshold } = decide(finding(0.3, 0.32, 0.38), WHOLE, SCREENING);
  assert.deepEqual([label, operating_point, threshold], ["C", "screening", 0.2]);
});

test("below screening a film is ruled out, from rule-in on ruled in, between indeterminate", () => {
  const at = (p: number) => decide(finding((1 - p) / 2, (1 - p) / 2, p), WHOLE);
  assert.deepEqual(at(0.5).indeterminate_zone, { from: 0.2, to: 0.7 });
  assert.deepEqual([0.19, 0.2, 0.69, 0.7].map((p) => at(p).zone), ["ruled-out", "indeterminate", "indeterminate", "ruled-in"]);
});

test("a model without the two has no zones", () => {
  for (const points of [[BALANCED], [BALANCED, RULE_IN]]) {
    const { zone, indeterminate_zone } = decide(finding(0.3, 0.32, 0.38), rule(...points));
    assert.deepEqual([zone, indeterminate_zone], [null, null]);
  }
});

test("a film that never reached the network has no class at any operating point", () => {
  const { label, zone, threshold } = decide(finding(), WHOLE, SCREENING);
  assert.deepEqual([label, zone, threshold], [null, null, 0.2]);
});
