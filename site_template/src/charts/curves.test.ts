import assert from "node:assert/strict";
import { test } from "node:test";
import { areaUnder, countsAt, reliabilityOf, rocOf, rocPointOf, sampleOf, wilson } from "./curves.ts";

const PREDICTIONS = {
  schema_version: 1 as const,
  films: [
    { split: "test", label: 0, probabilities: [0.1, 0.3, 0.6] },
    { split: "test", label: 2, probabilities: [0.2] },
    { split: "val", label: 1, probabilities: [0.5] },
    { split: "test", label: 1, probabilities: [0.3, 0.8, 1] },
  ],
};
const sample = sampleOf(PREDICTIONS, "test", 1);

test("a split's films are those of the positive class and all others", () => {
  assert.deepEqual(sample, { positive: [0.3, 0.8, 1], others: [0.1, 0.2, 0.3, 0.6] });
});

test("a film at the threshold is read as positive", () => {
  assert.deepEqual(countsAt(sample, 0.3), { truePositives: 3, falseNegatives: 0, falsePositives: 2, trueNegatives: 2 });
  assert.deepEqual(countsAt(sample, 0.301), { truePositives: 2, falseNegatives: 1, falsePositives: 1, trueNegatives: 3 });
  assert.deepEqual(rocPointOf(countsAt(sample, 0.9)), { sensitivity: 1 / 3, specificity: 1 });
});

test("the ROC curve goes from nothing read as positive to everything, and its area counts well ordered pairs", () => {
  const roc = rocOf(sample);
  assert.deepEqual([roc[0], roc.at(-1)], [{ sensitivity: 0, specificity: 1 }, { sensitivity: 1, specificity: 0 }]);
  // Of 12 pairs 10 are in the right order, and one is a tie.
  assert.ok(Math.abs(areaUnder(roc) - 10.5 / 12) < 1e-12);
});

test("every film is in one bin, the last of which holds certainty", () => {
  const bins = reliabilityOf(sample, 5);
  assert.deepEqual(bins.map(({ positive, others }) => [positive, others]), [[0, 1], [1, 2], [0, 0], [0, 1], [2, 0]]);
  assert.deepEqual([bins[2]!.meanProbability, bins[2]!.observed], [null, null]);
  assert.ok(Math.abs(bins[1]!.meanProbability! - 0.8 / 3) < 1e-12);
  assert.equal(bins[1]!.observed!.value, 1 / 3);
});

test("Wilson's interval of 1 in 10 is the textbook's", () => {
  const { low, high } = wilson(1, 10);
  assert.ok(Math.abs(low! - 0.0179) < 1e-4 && Math.abs(high! - 0.4042) < 1e-4);
  assert.deepEqual(wilson(0, 10).low, 0);
});

test("Wilson's interval is the published one", () => {
  // Newcombe 1998, table I, method 3: 81 of 263.
  const { value, low, high } = wilson(81, 263);
  assert.deepEqual([value, low!, high!].map((share) => share.toFixed(4)), ["0.3080", "0.2553", "0.3662"]);
});

test("equal films of both classes are one step of the ROC curve", () => {
  const roc = rocOf({ positive: [0.3, 0.6, 0.8, 1], others: [0, 0.1, 0.6] });
  assert.equal(roc.length, 1 + 6);
  assert.deepEqual(roc[3], { sensitivity: 3 / 4, specificity: 2 / 3 });
});

test("every film is in one bin: bins without films have neither mean nor share", () => {
  const bins = reliabilityOf({ positive: [0.3, 0.6, 0.8, 1], others: [0, 0.1, 0.6] }, 5);
  assert.deepEqual(bins.map(({ positive, others }) => [positive, others]), [[0, 2], [1, 0], [0, 0], [1, 1], [2, 0]]);
  assert.equal(bins[2]!.meanProbability, null);
  assert.ok(Math.abs(bins[3]!.meanProbability! - 0.6) < 1e-12);
  assert.deepEqual(bins[3]!.observed, wilson(1, 2));
});
