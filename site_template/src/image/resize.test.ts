import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { resize, type View } from "./resize.ts";
import { resizeMatrix } from "./sampling.ts";

interface Golden {
  readonly matrices: readonly { size_in: number; size_out: number; start: number; length: number; rows: number[][] }[];
  readonly images: readonly { levels: number[][]; height: number; width: number; view: View; resized: number[][] }[];
}

const golden = JSON.parse(readFileSync(new URL("../../../tests/golden/resize.json", import.meta.url), "utf8")) as Golden;

test("the matrices are Python's", () => {
  for (const { size_in, size_out, start, length, rows } of golden.matrices) {
    const bands = resizeMatrix(size_in, size_out, start, length);
    assert.equal(bands.length, rows.length);
    rows.forEach((row, y) => {
      const { first, weights } = bands[y]!;
      row.forEach((expected, x) => {
        const received = x < first ? 0 : (weights[x - first] ?? 0);
        assert.ok(Math.abs(received - expected) < 2e-5, `${size_in}→${size_out}, row ${y}, column ${x}`);
      });
    });
  }
});

test("resized films are Python's to a hundredth of a grey level", () => {
  for (const { levels, height, width, view, resized } of golden.images) {
    const grey = { height: levels.length, width: levels[0]!.length, levels: Uint8Array.from(levels.flat()) };
    const received = resize(grey, height, width, view);
    resized.flat().forEach((expected, index) => {
      assert.ok(Math.abs(received[index]! - expected) < 0.01, `${height}×${width} ${view}: ${received[index]} is not ${expected}`);
    });
  }
});

test("a film of the network's own size is not changed", () => {
  const levels = Uint8Array.from({ length: 64 }, (_, index) => (index * 37) % 256);
  assert.deepEqual([...resize({ width: 8, height: 8, levels }, 8, 8, "whole")], [...levels]);
});
