import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeatMap } from "../shared/protocol.ts";
import { heatOf } from "./heat_scale.ts";

/** A map of 3 × 3 places with its largest value in this one. */
const map = (hottest: number, units: HeatMap["units"] = null, largest = 1): HeatMap => ({
  class_name: "B", values: new Float32Array(9).map((_, at) => (at === hottest ? largest : 0)), height: 3, width: 3, units,
});
const read = (probability: number, threshold = 0.5, by_population: { probability: number; threshold: number }[] = []) =>
  ({ label: "B", probability, threshold, operating_point: "balanced", by_population });
const CENTRE = 4;

test("on a scale for every film alike, a film with little evidence is drawn more faintly than one with much", () => {
  const [much, little] = [3, 0.3].map((peak) => heatOf(map(CENTRE, { peak, full: 2 }), read(0.9), "B"));
  assert.deepEqual([much!.strength, little!.strength, much!.times], [1.5, 0.15, Math.exp(2)]);
});

test("below the threshold it fades with the score, also where a bundle has no scale", () => {
  const heats = [0.99, 0.25, 0.007].map((score) => heatOf(map(CENTRE), read(score), "B"));
  assert.deepEqual(heats.map(({ strength }) => strength), [1, 0.5, 0.014]);
  assert.deepEqual(heats.map(({ isFaint }) => isFaint), [false, false, true]);
  assert.equal(heats[0]!.times, null);
});

test("the map of a class that is not looked for does not fade, and of several populations the nearest to its threshold counts", () => {
  assert.equal(heatOf(map(CENTRE), read(0.1), null).strength, 1);
  assert.equal(heatOf(map(CENTRE), read(0.1, 0.5, [{ probability: 0.1, threshold: 0.5 }, { probability: 0.2, threshold: 0.25 }]), "B").strength, 0.8);
});

test("the strongest place at the border is told, but not where nothing is to be seen", () => {
  assert.deepEqual([0, 1, 3, CENTRE, 8].map((at) => heatOf(map(at), read(0.9), "B").isAtBorder), [true, true, true, false, true]);
  assert.equal(heatOf(map(0), read(0.01), "B").isAtBorder, false);
  assert.equal(heatOf(map(0, null, 0), read(0.9), "B").isAtBorder, false);
});
