import assert from "node:assert/strict";
import { test } from "node:test";
import type { OperatingPoint, Site } from "../shared/site.ts";
import { ChosenModel } from "./chosen_model.ts";

const point = (name: string, threshold: number) => ({ name, threshold }) as OperatingPoint;
const BALANCED = point("balanced", 0.4);
const SCREENING = point("screening", 0.2);
const SITE = {
  positive_class: "B",
  classes: [{ name: "A" }, { name: "B" }, { name: "C" }],
  models: [
    { name: "first", operating_points: [BALANCED, SCREENING], populations: [] },
    { name: "second", operating_points: [point("balanced", 0.5), point("screening", 0.1)], populations: [] },
    { name: "third", operating_points: [], populations: [] },
  ],
} as unknown as Site;

test("the wanted model reads, and the site's default where there is none of that name", () => {
  assert.equal(new ChosenModel(SITE, "second").current.name, "second");
  assert.equal(new ChosenModel(SITE, "missing").current.name, "first");
  assert.equal(new ChosenModel(SITE, null).current.name, "first");
});

test("another model is reported once, with its operating point already chosen", () => {
  const chosen = new ChosenModel(SITE, null);
  const reported: unknown[] = [];
  chosen.addEventListener("change", () => reported.push([chosen.current.name, chosen.point?.threshold ?? null, chosen.rule.operating_points.length]));
  chosen.decideAt("screening");
  chosen.choose("second");
  chosen.choose("second");
  chosen.choose("missing");
  chosen.choose("third");
  chosen.choose("first");
  assert.deepEqual(reported, [["second", 0.1, 2], ["third", null, 0], ["first", 0.4, 2]]);
});

test("another operating point of the same model is reported as that", () => {
  const chosen = new ChosenModel(SITE, null);
  const reported: string[] = [];
  for (const type of ["change", "point"]) chosen.addEventListener(type, () => reported.push(type));
  chosen.decideAt("screening");
  assert.deepEqual([reported, chosen.point, chosen.rule.positive_class], [["point"], SCREENING, "B"]);
});

test("a class is looked for where operating points speak of it, or where there are two", () => {
  const two = { ...SITE, classes: SITE.classes.slice(0, 2) };
  assert.deepEqual([new ChosenModel(SITE, "first"), new ChosenModel(SITE, "third"), new ChosenModel(two, "third")].map(({ sought }) => sought), ["B", null, "B"]);
});

test("whose films they are is kept from model to model, and not said where a model does not know it", () => {
  const population = (name: string, ...operating_points: OperatingPoint[]) => ({ name, label: name, operating_points });
  const populations = [population("children", BALANCED, SCREENING), population("adults", point("balanced", 0.6))];
  const site = { ...SITE, models: [{ ...SITE.models[0]!, populations }, SITE.models[1]!] } as unknown as Site;
  const chosen = new ChosenModel(site, null);
  const reported: string[] = [];
  for (const type of ["change", "population", "point"]) chosen.addEventListener(type, () => reported.push(type));
  const pointsOf = () => chosen.pointsOf.map(({ name }) => name);
  assert.deepEqual([chosen.population, pointsOf(), chosen.point], ["", ["children", "adults"], BALANCED]);
  chosen.decideAt("screening");
  chosen.readAs("adults");
  chosen.readAs("adults");
  assert.deepEqual([chosen.choice, pointsOf(), chosen.point?.threshold], [{ population: "adults", point: "screening" }, ["adults"], 0.6]);
  chosen.choose("second");
  assert.deepEqual([chosen.population, pointsOf(), chosen.point?.threshold], ["", [""], 0.1]);
  chosen.choose("first");
  assert.deepEqual([chosen.population, reported], ["adults", ["point", "population", "change", "change"]]);
  chosen.readAs("nobody");
  assert.equal(chosen.population, "");
});
