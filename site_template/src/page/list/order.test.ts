import assert from "node:assert/strict";
import { test } from "node:test";
import { byProbability } from "./order.ts";

test("the likeliest come first, those without a probability last, and equal ones as they came", () => {
  const films = [["a", 0.2], ["b", null], ["c", 0.9], ["d", 0.2], ["e", 0]] as const;
  assert.deepEqual(byProbability(films, ([, probability]) => probability).map(([name]) => name).join(""), "cadeb");
});
