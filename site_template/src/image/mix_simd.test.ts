import assert from "node:assert/strict";
import { test } from "node:test";
import { mixer } from "./mix_simd.ts";

test("eight columns at a time, rows add up as they do one by one, to the last bit", () => {
  for (const [width, height, left, columns] of [[31, 40, 0, 31], [400, 300, 7, 390], [9, 3, 4, 1], [16, 2, 0, 16]] as const) {
    const levels = Uint8Array.from({ length: width * height }, (_, at) => (at * 97 + (at >> 3) * 31) & 255);
    for (const [first, rows] of [[0, height], [1, height - 1], [height - 1, 1]] as const) {
      const weights = Float32Array.from({ length: rows }, (_, index) => (index + 1.1) / (rows * rows));
      const { mixed, mix } = mixer(width, columns, height)!;
      mix(levels, first * width, width, left, weights);
      const expected = Array.from({ length: columns }, (_, x) => weights.reduce((sum, weight, row) => sum + weight * levels[(first + row) * width + left + x]!, 0));
      assert.deepEqual([...mixed.subarray(0, columns)], expected, `${width}×${rows}`);
    }
  }
});

test("memory for a large film comes, and what was made before is not asked again", () => {
  const { mixed, mix } = mixer(4000, 4000, 100)!;
  mix(new Uint8Array(400_000).fill(2), 0, 4000, 0, new Float32Array(100).fill(0.5));
  assert.ok(mixed.length === 4000 && mixed.every((one) => one === 100));
});
