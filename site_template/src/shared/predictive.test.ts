import assert from "node:assert/strict";
import { test } from "node:test";
import type { Measured } from "./site.ts";
import { predictiveValues } from "./predictive.ts";

const measured = (sensitivity: number, specificity: number): Measured => ({
  films: "test films", n: 10,
  sensitivity: { value: sensitivity, low: sensitivity - 0.1, high: sensitivity + 0.05 },
  specificity: { value: specificity, low: specificity - 0.1, high: specificity + 0.05 },
});
const near = (value: number | null | undefined, expected: number): void => assert.ok(Math.abs(value! - expected) < 1e-12, `${value}`);

test("of 1000 people, 10 of them ill, counting gives the same", () => {
  // 9 of the 10 are found and 198 of the other 990 are taken for ill.
  const { ppv, npv } = predictiveValues(0.01, measured(0.9, 0.8));
  near(ppv!.value, 9 / (9 + 198));
  near(npv!.value, 792 / 793);
});

test("the interval goes from both lower ends to both upper ends", () => {
  const { ppv, npv } = predictiveValues(0.5, measured(0.9, 0.8));
  near(ppv!.low, 0.8 / (0.8 + 0.3));
  near(ppv!.high, 0.95 / (0.95 + 0.15));
  near(npv!.low, 0.7 / (0.7 + 0.2));
  near(npv!.high, 0.85 / (0.85 + 0.05));
});

test("an interval that was not measured stays unknown", () => {
  const share = { value: 0.9, low: null, high: null };
  const { ppv } = predictiveValues(0.5, { films: "", n: 1, sensitivity: share, specificity: share });
  assert.deepEqual(ppv, { value: 0.9, low: null, high: null });
});

test("where nobody is ill or everybody is, the values say so", () => {
  assert.equal(predictiveValues(0, measured(0.9, 0.8)).ppv!.value, 0);
  assert.equal(predictiveValues(1, measured(0.9, 0.8)).npv!.value, 0);
  const never = { value: 0, low: null, high: null };
  const always = { value: 1, low: null, high: null };
  assert.equal(predictiveValues(0.5, { films: "", n: 1, sensitivity: never, specificity: always }).ppv, null);
});
