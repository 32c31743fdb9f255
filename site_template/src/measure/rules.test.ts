import assert from "node:assert/strict";
import { test } from "node:test";
import { unitsOf } from "./bootstrap.ts";
import { curveOf, pointAt } from "./curve.ts";
import { measure } from "./measure.ts";
import { Random } from "./random.ts";
import { rowsOf } from "./rows.ts";
import { thresholdFor } from "./threshold.ts";
import type { Case, Options } from "./types.ts";

const film = (label: 0 | 1, score: number | null, more: Partial<Case> = {}): Case => ({
  file: `${Math.random()}.png`, label, score, refused: score === null ? "lateral" : null, groups: {}, doubtful: false, ...more,
});
const options: Options = { threshold: 0.5, prevalence: null, refused: "left-out", resamples: 50, seed: 1 };

test("the random numbers are the same on every device", () => {
  const random = new Random(2020);
  assert.deepEqual([random.next(), random.next(), random.next()], [404425538, 1187707013, 2553129881]);
});

test("a film at the threshold is read as positive, unless something else decided", () => {
  const cases = [film(1, 0.5), film(0, 0.4999), film(0, 0.1, { read: true }), film(1, 0.9, { read: false })];
  assert.deepEqual([...rowsOf(cases, 0.5, "left-out").read], [1, 0, 1, 0]);
});

test("refused films are left out, read as positive, or read wrongly", () => {
  const cases = [film(1, 0.9), film(0, 0.1), film(1, null), film(0, null)];
  const { ways } = measure(cases, options);
  assert.deepEqual(ways["left-out"].matrix, { truePositives: 1, falseNegatives: 0, falsePositives: 0, trueNegatives: 1 });
  assert.deepEqual(ways.positive.matrix, { truePositives: 2, falseNegatives: 0, falsePositives: 1, trueNegatives: 1 });
  assert.deepEqual(ways.wrong.matrix, { truePositives: 1, falseNegatives: 1, falsePositives: 1, trueNegatives: 1 });
  // Pairs in order: 1 of 1; above all others or tied with the other refused; and below or above all.
  assert.deepEqual([ways["left-out"].auroc.value, ways.positive.auroc.value, ways.wrong.auroc.value], [1, 2.5 / 4, 1 / 4]);
});

test("a patient without a name is nobody else", () => {
  const units = unitsOf(["a", undefined, "b", "a", "", undefined]);
  assert.deepEqual([[...units.of], units.count, units.clustered, units.patients], [[0, 1, 2, 0, 3, 4], 5, true, false]);
  assert.equal(unitsOf(["a", "b"]).patients, true);
  assert.equal(unitsOf([]).patients, false);
});

test("rates of 0 and 1 have an interval by patients where some have several films", () => {
  const cases = Array.from({ length: 40 }, (_, index) => film(index % 2 === 0 ? 1 : 0, index % 2 === 0 ? 0.9 : 0.1, { patient: `p${index >> 2}` }));
  const { sensitivity } = measure(cases, options);
  assert.equal(sensitivity.method, "wilson-patients");
  assert.ok(sensitivity.low! < 0.75, "ten patients, not twenty films");
});

test("the curve goes from nothing to everything, and knows every threshold between", () => {
  const curve = curveOf([film(1, 0.9), film(1, 0.4), film(0, 0.6), film(0, 0.4), film(0, null)], 0.1);
  assert.deepEqual(curve.map(({ threshold, sensitivity, specificity }) => [threshold, sensitivity, specificity]), [[null, 0, 1], [0.9, 0.5, 1], [0.6, 0.5, 0.5], [0.4, 1, 0]]);
  assert.equal(curve[0]!.ppv, null);
  assert.equal(curve[0]!.npv, 0.9);
  assert.deepEqual([1, 0.9, 0.7, 0.5, 0.4, 0].map((threshold) => pointAt(curve, threshold).threshold), [null, 0.9, 0.9, 0.6, 0.4, 0.4]);
  assert.deepEqual(curveOf([film(1, 0.5)], null), []);
});

test("a threshold of one's own lies between two films, and keeps what was wanted", () => {
  const cases = [...[0.9, 0.8, 0.7, 0.2].map((score) => film(1, score)), ...[0.75, 0.5, 0.1, 0.1].map((score) => film(0, score))];
  const found = thresholdFor(cases, { sensitivity: 0.75, resamples: 50, seed: 1 })!;
  assert.ok(found.threshold > 0.5 && found.threshold < 0.7);
  assert.deepEqual([found.sensitivity.apparent, found.specificity.apparent], [0.75, 0.75]);
  // Of equal scores none lies between.
  assert.equal(thresholdFor([film(1, 0.5), film(0, 0.5)], { sensitivity: 1, resamples: 9, seed: 1 })!.threshold, 0.5);
});

test("two thousand films of certain scores and one patient are measured", () => {
  const cases = Array.from({ length: 2000 }, (_, index) => film(index % 3 === 0 ? 1 : 0, index % 2, { patient: "one" }));
  const measured = measure(cases, options);
  assert.equal(measured.patients, 1);
  assert.equal(measured.auroc.low, measured.auroc.value, "one patient is drawn every time");
  assert.equal(measured.calibration!.own, null);
});
