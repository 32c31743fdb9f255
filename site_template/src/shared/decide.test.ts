import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, differ, type Point, type PopulationRule } from "./decide.ts";

const BALANCED = { name: "balanced", threshold: 0.4 };
const SCREENING = { name: "screening", threshold: 0.2 };
const RULE_IN = { name: "rule-in", threshold: 0.7 };
const rule = (...operating_points: Point[]) => ({ positive_class: "C", operating_points });
const WHOLE = rule(BALANCED, SCREENING, RULE_IN);
const finding = (...probabilities: number[]) => ({
  logit: probabilities.map(Math.log),
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
  const { label, operating_point, threshold } = decide(finding(0.3, 0.32, 0.38), WHOLE, { population: "", point: "screening" });
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
  const { label, zone, threshold } = decide(finding(), WHOLE, { population: "", point: "screening" });
  assert.deepEqual([label, zone, threshold], [null, null, 0.2]);
});

const population = (name: string, temperature: number, offset: number, ...operating_points: Point[]): PopulationRule => ({
  name, calibration: { temperature, offset }, operating_points,
});
const softmax = (...values: number[]): number[] => values.map((value) => Math.exp(value) / values.reduce((sum, one) => sum + Math.exp(one), 0));
const TOLD = { ...WHOLE, populations: [population("children", 2, 0, BALANCED, SCREENING, RULE_IN), population("adults", 0.5, -1, { ...BALANCED, threshold: 0.6 }, SCREENING)] };
const FOUND = { ...finding(0.2, 0.3, 0.5), logit: [0.1, -0.4, 1.2] };
const near = (received: number | null, expected: number): void => assert.ok(Math.abs(received! - expected) < 1e-12, `${received}`);

test("a population's probabilities come from the logits by its temperature and offset, and its own threshold decides", () => {
  const children = decide(FOUND, TOLD, { population: "children", point: null });
  near(children.probability, softmax(0.05, -0.2, 0.6)[2]!);
  assert.deepEqual([children.label, children.threshold, children.population, children.by_population], ["C", 0.4, "children", []]);
  const adults = decide(FOUND, TOLD, { population: "adults", point: "balanced" });
  softmax(0.2, -0.8, 2.4 - 1).forEach((share, index) => near(adults.probabilities[index]!.probability, share));
  assert.deepEqual([adults.label, adults.threshold, adults.indeterminate_zone, adults.zone], ["C", 0.6, null, null]);
});

test("a population without an operating point of the name takes its default, and one without a calibration the graph's probabilities", () => {
  const { threshold, operating_point } = decide(FOUND, TOLD, { population: "adults", point: "rule-in" });
  assert.deepEqual([threshold, operating_point], [0.6, "balanced"]);
  const [children, adults] = TOLD.populations as [PopulationRule, PopulationRule];
  assert.equal(decide(FOUND, { ...TOLD, populations: [children, { ...adults, calibration: null }] }, { population: "adults", point: null }).probability, 0.5);
});

test("not said, or said of nobody known, is read by all: as the first reads it, and indeterminate where they differ", () => {
  const low = { ...FOUND, logit: [0.5, 0, 0.9] };
  for (const name of ["", "cats"]) {
    const { label, population: whose, zone, by_population: each, probability } = decide(low, TOLD, { population: name, point: null });
    assert.deepEqual([label, whose, zone], ["C", "", "indeterminate"]);
    assert.deepEqual(each.map((one) => [one.population, one.label]), [["children", "C"], ["adults", "A"]]);
    near(probability, softmax(0.25, 0, 0.45)[2]!);
  }
});

test("populations that are not equally sure differ, and those that agree do not", () => {
  const points = [BALANCED, SCREENING, RULE_IN];
  const sure = { ...TOLD, populations: [population("children", 1, 0, ...points), population("adults", 0.2, 0, ...points)] };
  const unlike = decide({ ...FOUND, logit: [0, 0, 1] }, sure);
  assert.deepEqual(unlike.by_population.map(({ label, zone }) => [label, zone]), [["C", "indeterminate"], ["C", "ruled-in"]]);
  assert.deepEqual([unlike.label, unlike.zone, differ(unlike.by_population)], ["C", "indeterminate", true]);
  const alike = decide({ ...FOUND, logit: [0, 0, 4] }, sure);
  assert.deepEqual([alike.label, alike.zone, differ(alike.by_population)], ["C", "ruled-in", false]);
});

test("a population that has no zone agrees with one that is sure, and not with one that leaves it open", () => {
  const one = { ...TOLD, populations: [population("children", 1, 0, BALANCED), population("adults", 1, 0, BALANCED, SCREENING, RULE_IN)] };
  assert.deepEqual([4, 1].map((logit) => decide({ ...FOUND, logit: [0, 0, logit] }, one).zone), [null, "indeterminate"]);
  const [first, second] = decide({ ...FOUND, logit: [0, 0, 1] }, one, { population: "", point: "rule-in" }).by_population;
  assert.deepEqual([first!.operating_point, second!.operating_point, first!.label, second!.label], ["balanced", "rule-in", "C", "A"]);
});

test("a film that never reached the network is read by nobody", () => {
  const { label, probability, population: whose, zone, by_population: each } = decide({ probabilities: [], logit: [] }, TOLD);
  assert.deepEqual([label, probability, whose, zone, each], [null, null, "", null, []]);
});

test("logits beyond what exp can hold give probabilities all the same", () => {
  near(decide({ ...FOUND, logit: [2000, 0, -2000] }, TOLD, { population: "children", point: null }).probability, 0);
});
