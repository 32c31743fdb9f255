import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { FORMATS, formatOf } from "./known.ts";

test("every folder is a format that is known", () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.equal(folders.length, FORMATS.length);
});

test("an ending belongs to one format, and a system offers the page by these alone", () => {
  const endings = FORMATS.flatMap((format) => format.endings);
  assert.deepEqual([...new Set(endings)], endings);
  for (const format of FORMATS) for (const ending of format.opens) assert.ok(format.endings.includes(ending), ending);
});

test("a JPEG of one component and a PNG of greys say in their beginning that they are grey", () => {
  const jpeg = (components: number): number[] => [
    0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc4, 0, 3, 9, 0xff, 0xc2, 0, 8 + 3 * components, 8, 0, 60, 0, 80, components, 1, 0x11, 0,
  ];
  const png = (kind: number): number[] => [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 80, 0, 0, 0, 60, 8, kind, 0, 0, 0];
  const isGrey = (bytes: readonly number[]): boolean => {
    const head = Uint8Array.from(bytes);
    return formatOf(head)?.grey?.(head) ?? false;
  };
  assert.deepEqual([1, 3, 4].map((components) => isGrey(jpeg(components))), [true, false, false]);
  assert.deepEqual([0, 2, 3, 4, 6].map((kind) => isGrey(png(kind))), [true, false, false, true, false]);
  for (let length = 3; length < 23; length += 1) assert.equal(isGrey(jpeg(1).slice(0, length)), false, `cut short after ${length}`);
  assert.equal(isGrey([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), false, "a segment of no length");
});
