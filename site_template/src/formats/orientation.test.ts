import assert from "node:assert/strict";
import { test } from "node:test";
import { orientationOf, takeBack, turns } from "./orientation.ts";

/** EXIF of one entry, of a type, behind so many bytes. */
function exif({ value, isLittle = true, type = 3, letters = "", offset = 8, count = 1 }: {
  value: number; isLittle?: boolean; type?: number; letters?: string; offset?: number; count?: number;
}): Uint8Array {
  const part = new Uint8Array(letters.length + 26);
  part.set([...letters, ...(isLittle ? "II*\0" : "MM\0*")].map((letter) => letter.charCodeAt(0)));
  const view = new DataView(part.buffer, letters.length);
  view.setUint32(4, offset, isLittle);
  view.setUint16(8, 1, isLittle);
  view.setUint16(10, 274, isLittle);
  view.setUint16(12, type, isLittle);
  view.setUint32(14, count, isLittle);
  if (type === 3) view.setUint16(18, value, isLittle);
  else view.setUint32(18, value, isLittle);
  return part;
}

test("an orientation is found in either order of bytes, with or without EXIF's letters, and can be taken back", () => {
  for (const isLittle of [true, false]) for (const letters of ["", "Exif\0\0"]) for (const type of [3, 4]) for (let value = 2; value <= 8; value += 1) {
    const part = exif({ value, isLittle, letters, type });
    assert.equal(orientationOf([part]), value);
    assert.ok(turns([part]));
    takeBack([part]);
    assert.equal(orientationOf([part]), 1);
    assert.ok(!turns([part]));
  }
});

test("nonsense is ignored, and the first part with an orientation holds", () => {
  const nonsense = [
    exif({ value: 0 }), exif({ value: 9 }), exif({ value: 6, offset: 7000 }), exif({ value: 6, offset: 0xffffffff }), exif({ value: 6, type: 2 }),
    exif({ value: 6, count: 3 }), exif({ value: 6 }).subarray(0, 15), exif({ value: 6 }).subarray(0, 5), new Uint8Array(),
  ];
  for (const part of nonsense) assert.equal(orientationOf([part]), 1);
  assert.equal(orientationOf([...nonsense, exif({ value: 8 }), exif({ value: 3 })]), 8);
});
