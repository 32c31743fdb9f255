import assert from "node:assert/strict";
import { test } from "node:test";
import { ReadingError } from "../../shared/reading.ts";
import { checkDirectories } from "./directory.ts";

type Tags = Readonly<Record<number, number>>;
const SIZE: Tags = { 256: 64, 257: 48 };

/** Directories one after another, each with LONG tags; `next` names the one behind the last, by its place. */
function tiff(pages: readonly Tags[], { big = false, little = true, next = null as number | null } = {}): Uint8Array {
  const view = new DataView(new ArrayBuffer(4096));
  const [entry, head] = big ? [20, 16] : [12, 8];
  const offset = (at: number, value: number): void => (big ? view.setBigUint64(at, BigInt(value), little) : view.setUint32(at, value, little));
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, big ? 43 : 42, little);
  const lengths = pages.map((tags) => (big ? 16 : 6) + Object.keys(tags).length * entry);
  const starts = lengths.map((_, page) => head + lengths.slice(0, page).reduce((a, b) => a + b, 0));
  offset(big ? 8 : 4, starts[0] ?? 0);
  pages.forEach((tags, page) => {
    let at = starts[page]!;
    if (big) offset(at, Object.keys(tags).length);
    else view.setUint16(at, Object.keys(tags).length, little);
    at += big ? 8 : 2;
    for (const [tag, value] of Object.entries(tags)) {
      view.setUint16(at, Number(tag), little);
      view.setUint16(at + 2, 4, little);
      offset(at + 4, 1);
      view.setUint32(at + (big ? 12 : 8), value, little);
      at += entry;
    }
    offset(at, starts[page + 1] ?? (next === null ? 0 : starts[next] ?? next));
  });
  return new Uint8Array(view.buffer);
}

const reason = (data: Uint8Array): string | number => {
  try {
    return checkDirectories(data);
  } catch (error) {
    assert.ok(error instanceof ReadingError, String(error));
    return error.reason;
  }
};

test("directories are counted in every kind of TIFF", () => {
  for (const big of [false, true]) {
    for (const little of [false, true]) assert.equal(reason(tiff([SIZE, SIZE, SIZE], { big, little })), 3);
  }
});

test("directories that lead back to one another are unreadable", () => {
  for (const next of [0, 1, 2]) assert.equal(reason(tiff([SIZE, SIZE, SIZE], { next })), "unreadable");
  assert.equal(reason(tiff([SIZE], { next: 0, big: true })), "unreadable");
});

test("directories outside the file are unreadable", () => {
  assert.equal(reason(tiff([SIZE], { next: 1 << 30 })), "unreadable");
  assert.equal(reason(tiff([SIZE]).subarray(0, 20)), "unreadable");
  assert.equal(reason(tiff([])), "unreadable");
});

test("a picture without pixels is unreadable, one with too many too large, its colours and tiles counted", () => {
  assert.equal(reason(tiff([{ 256: 0, 257: 48 }])), "unreadable");
  assert.equal(reason(tiff([{ 256: 10000, 257: 10000 }])), 1);
  assert.equal(reason(tiff([{ 256: 10001, 257: 10000 }])), "too-large");
  assert.equal(reason(tiff([{ 256: 6000, 257: 6000, 277: 3 }])), "too-large");
  assert.equal(reason(tiff([{ ...SIZE, 322: 60000, 323: 60000 }])), "too-large");
});

test("lists longer than the file are unreadable", () => {
  const data = tiff([{ ...SIZE, 273: 8 }]);
  new DataView(data.buffer).setUint32(10 + 2 * 12 + 4, 1 << 30, true);
  assert.equal(reason(data), "unreadable");
});

test("a picture in far more strips or tiles than the file has places for is damaged", () => {
  assert.equal(reason(tiff([{ ...SIZE, 278: 1, 273: 8 }])), "unreadable");
  assert.equal(reason(tiff([{ ...SIZE, 322: 16, 323: 16, 324: 8 }])), "unreadable");
  assert.equal(reason(tiff([{ ...SIZE, 278: 48, 273: 8 }])), 1);
  assert.equal(reason(tiff([{ ...SIZE, 278: 2 ** 32 - 1, 273: 8 }])), 1);
  assert.equal(reason(tiff([{ ...SIZE, 322: 64, 323: 48, 324: 8 }])), 1);
});
