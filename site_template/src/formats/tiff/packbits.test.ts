import assert from "node:assert/strict";
import { test } from "node:test";
import { unpackBits } from "./packbits.ts";

// Apple's example, as the specifications give it.
const PACKED = Uint8Array.of(0xfe, 0xaa, 2, 0x80, 0, 0x2a, 0xfd, 0xaa, 3, 0x80, 0, 0x2a, 0x22, 0xf7, 0xaa);
const PLAIN = [170, 170, 170, 128, 0, 42, 170, 170, 170, 170, 128, 0, 42, 34, ...new Array<number>(10).fill(170)];

test("PackBits gives what was packed, and no more than there is room for", () => {
  assert.deepEqual([...unpackBits(PACKED, 100)], PLAIN);
  for (let room = 0; room <= PLAIN.length; room += 1) assert.deepEqual([...unpackBits(PACKED, room)], PLAIN.slice(0, room));
});

test("PackBits cut short ends where it does, and 128 is nothing", () => {
  assert.deepEqual([...unpackBits(PACKED.subarray(0, 5), 100)], PLAIN.slice(0, 5));
  assert.deepEqual([...unpackBits(Uint8Array.of(128, 128, 0, 7), 100)], [7]);
});
