import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPhantom } from "./draw.ts";

test("a seed draws one film, and another seed or a consolidation another", () => {
  const [clear, again, other, ill] = [drawPhantom(1, false), drawPhantom(1, false), drawPhantom(2, false), drawPhantom(1, true)];
  assert.deepEqual(clear, again);
  assert.notDeepEqual(clear.levels, other.levels);
  assert.ok(mean(ill.levels) > mean(clear.levels), "what is consolidated is brighter");
  assert.equal(clear.levels.length, clear.width * clear.height);
});

test("every film says in its corner that it is no patient's", () => {
  const { levels, width } = drawPhantom(3, true);
  const row = 4 * width;
  const bar = row + 4 + "PHAN".length * 6; // of the T
  assert.deepEqual([...levels.subarray(bar, bar + 5)], new Array<number>(5).fill(235));
  assert.ok([...levels.subarray(row, row + width)].filter((level) => level === 235).length >= 10);
});

const mean = (levels: Uint8Array): number => levels.reduce((sum, level) => sum + level, 0) / levels.length;
