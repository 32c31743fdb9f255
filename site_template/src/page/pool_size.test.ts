import assert from "node:assert/strict";
import { test } from "node:test";
import { mostWorkers } from "./pool_size.ts";

test("a desktop has a worker for each core, up to four", () => {
  assert.deepEqual([1, 2, 3, 4, 16].map((hardwareConcurrency) => mostWorkers({ hardwareConcurrency })), [1, 2, 3, 4, 4]);
});

test("little memory is for one worker, and what is not said is taken for enough", () => {
  assert.deepEqual([0.25, 2, 4, 8].map((deviceMemory) => mostWorkers({ hardwareConcurrency: 8, deviceMemory })), [1, 1, 2, 4]);
  assert.equal(mostWorkers({}), 2);
});

test("phones and tablets have one, an iPad that passes for a Mac among them", () => {
  const phone = { hardwareConcurrency: 8, deviceMemory: 8 };
  assert.equal(mostWorkers({ ...phone, userAgent: "Mozilla/5.0 (Linux; Android 14) Mobile" }), 1);
  assert.equal(mostWorkers({ ...phone, userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)" }), 1);
  assert.equal(mostWorkers({ ...phone, userAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", maxTouchPoints: 5 }), 1);
  assert.equal(mostWorkers({ ...phone, userAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", maxTouchPoints: 0 }), 4);
});
