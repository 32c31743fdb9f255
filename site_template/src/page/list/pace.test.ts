import assert from "node:assert/strict";
import { test } from "node:test";
import { emptied } from "./in_slices.ts";
import { Pace } from "./pace.ts";

test("a list whose frames take long is drawn less often, but within a second", async (context) => {
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const after = async (milliseconds: number): Promise<number> => {
    globalThis.requestAnimationFrame = (callback) => {
      callback(now);
      now += milliseconds;
      return 0;
    };
    const pace = new Pace();
    pace.drawn();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return pace.milliseconds;
  };
  assert.deepEqual([await after(5), await after(50), await after(300)], [250, 500, 1000]);
  const pace = new Pace();
  assert.equal(pace.milliseconds, 100, "what comes first is drawn sooner");
});

test("what is added to a set while it is emptied is taken as well, and nothing twice", () => {
  const waiting = new Set([1, 2]);
  const taken: number[] = [];
  for (const one of emptied(waiting)) {
    taken.push(one);
    if (one === 1) waiting.add(3).add(2);
  }
  assert.deepEqual([taken, waiting.size], [[1, 2, 3], 0]);
});
