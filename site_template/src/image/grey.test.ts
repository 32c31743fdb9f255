import assert from "node:assert/strict";
import { test } from "node:test";
import { writeLuma } from "./grey.ts";

function luma(...rgb: [number, number, number]): number {
  const levels = new Uint8Array(3);
  writeLuma(Uint8ClampedArray.from([...rgb, 255]), levels, 1);
  assert.equal(levels[0], 0);
  return levels[1]!;
}

test("greys stay what they are", () => {
  for (let level = 0; level < 256; level += 1) assert.equal(luma(level, level, level), level);
});

test("colours become the luma that Pillow gives", () => {
  assert.equal(luma(255, 0, 0), 76);
  assert.equal(luma(0, 255, 0), 150);
  assert.equal(luma(0, 0, 255), 29);
  assert.equal(luma(10, 200, 30), 124);
});

test("pixels in clear colour are counted, and those of a tinted scan are not", () => {
  const rgba = Uint8ClampedArray.from([200, 40, 40, 255, 150, 150, 150, 255, 160, 140, 115, 255, 0, 80, 160, 255]);
  assert.equal(writeLuma(rgba, new Uint8Array(4), 0), 2);
});

test("a part of a file is painted wherever it begins", () => {
  const bytes = Uint8ClampedArray.from([9, 9, 9, 77, 77, 77, 255, 255, 0, 0, 255]);
  const levels = new Uint8Array(2);
  assert.equal(writeLuma(bytes.subarray(3), levels, 0), 1);
  assert.deepEqual([...levels], [77, 76]);
});
