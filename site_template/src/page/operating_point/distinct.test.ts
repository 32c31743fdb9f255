import assert from "node:assert/strict";
import { test } from "node:test";
import type { OperatingPoint } from "../../shared/site.ts";
import { distinctPoints, shownAs } from "./distinct.ts";

const WORDS = { text: (key: string) => key, list: (texts: readonly string[]) => texts.join(" + ") };
const of = (points: Readonly<Record<string, number>>) => ({
  operating_points: Object.entries(points).map(([name, threshold]) => ({ name, label: name.toUpperCase(), help: `for ${name}`, threshold }) as OperatingPoint),
});
const shown = (...those: ReturnType<typeof of>[]) => distinctPoints(those, WORDS).map(({ label, help }) => [label, help]);

test("points that coincide are shown as one, which says so", () => {
  assert.deepEqual(shown(of({ balanced: 0.5, screening: 0.5, "rule-in": 0.7 })), [["BALANCED + SCREENING", "points-coincide"], ["RULE-IN", "for rule-in"]]);
});

test("of several populations points only coincide where they do for each", () => {
  const [one, other] = [of({ balanced: 0.5, screening: 0.5 }), of({ balanced: 0.3, screening: 0.2 })];
  assert.deepEqual(shown(one, other), [["BALANCED", "for balanced"], ["SCREENING", "for screening"]]);
  assert.deepEqual(shown(one, one), [["BALANCED + SCREENING", "points-coincide"]]);
});

test("a point that only one population has is shown, the others' default is meant by it", () => {
  const points = distinctPoints([of({ balanced: 0.5 }), of({ balanced: 0.3, "rule-in": 0.6 })], WORDS);
  assert.deepEqual(points.map(({ names }) => names), [["balanced"], ["rule-in"]]);
  assert.equal(shownAs(points, "rule-in"), points[1]);
  assert.equal(shownAs(points, "screening"), points[0]);
  assert.equal(shownAs(points, null), points[0]);
});

test("without operating points nothing is shown", () => assert.deepEqual(shown(of({})), []));
