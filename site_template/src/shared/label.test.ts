import assert from "node:assert/strict";
import { test } from "node:test";
import { findingAt, labelAt } from "./label.ts";
import type { Finding } from "./reading.ts";

const probabilities = [
  { class_name: "A", probability: 0.3 },
  { class_name: "B", probability: 0.32 },
  { class_name: "C", probability: 0.38 },
];

test("the positive class is read at its threshold, below it the likeliest of the others", () => {
  assert.equal(labelAt(probabilities, "C", 0.38), "C");
  assert.equal(labelAt(probabilities, "C", 0.4), "B");
  assert.equal(labelAt(probabilities, "A", 0.31), "C");
});

test("another operating point changes the class read and says its own name and threshold", () => {
  const finding = { label: "B", operating_point: "balanced", threshold: 0.4, probability: 0.38, probabilities } as unknown as Finding;
  const at = findingAt(finding, { name: "screening", threshold: 0.2 }, "C");
  assert.deepEqual([at.label, at.operating_point, at.threshold, at.probability], ["C", "screening", 0.2, 0.38]);
  assert.equal(finding.label, "B");
});

test("a film that never reached the network has no class at any operating point", () => {
  const finding = { label: null, probabilities: [] } as unknown as Finding;
  assert.equal(findingAt(finding, { name: "screening", threshold: 0 }, "C").label, null);
});
