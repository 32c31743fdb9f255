import assert from "node:assert/strict";
import { test } from "node:test";
import { Strikes } from "./strikes.ts";

test("a backend that failed is the last resort, and one that failed twice is out", () => {
  const strikes = new Strikes(["wasm", "webgl"]);
  assert.deepEqual(strikes.wanted, { backends: ["wasm", "webgl"], lastResort: [] });
  strikes.strike("wasm", "NaN");
  assert.deepEqual(strikes.wanted, { backends: ["webgl", "wasm"], lastResort: ["wasm"] });
  strikes.strike("wasm", "NaN");
  assert.deepEqual(strikes.wanted, { backends: ["webgl"], lastResort: [] });
  strikes.strike("webgl", "lost");
  strikes.strike("webgl", "lost");
  assert.deepEqual(strikes.wanted, { backends: [], lastResort: [] });
});

test("the checks say which backend is not used since it failed, and why", () => {
  const strikes = new Strikes(["wasm", "webgl"]);
  strikes.strike("webgl", "the graphics context was lost");
  const right = { backend: "wasm", milliseconds: 8, problem: null } as const;
  const untried = { backend: "webgl", milliseconds: null, problem: null } as const;
  const failed = { backend: "webgl", milliseconds: null, problem: "the graphics context was lost" } as const;
  assert.deepEqual(strikes.among([right, untried]), [right, failed]);
  assert.deepEqual(strikes.among([]), [failed]);
  const again = { backend: "webgl", milliseconds: 20, problem: null } as const;
  assert.deepEqual(strikes.among([again]), [again], "it was made anew and is right");
});
