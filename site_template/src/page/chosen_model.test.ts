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
    { name: "first", operating_points: [BALANCED, SCREENING] },
    { name: "second", operating_points: [point("balanced", 0.5), point("screening", 0.1)] },
    { name: "third", operating_points: [] },
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
  chosen.decideAt(SCREENING);
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
  chosen.decideAt(SCREENING);
  assert.deepEqual([reported, chosen.point, chosen.rule.positive_class], [["point"], SCREENING, "B"]);
});

test("a class is looked for where operating points speak of it, or where there are two", () => {
  const two = { ...SITE, classes: SITE.classes.slice(0, 2) };
  assert.deepEqual([new ChosenModel(SITE, "first"), new ChosenModel(SITE, "third"), new ChosenModel(two, "third")].map(({ sought }) => sought), ["B", null, "B"]);
});
