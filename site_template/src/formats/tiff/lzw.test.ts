import assert from "node:assert/strict";
import { test } from "node:test";
import { ReadingError } from "../../shared/reading.ts";
import { unpackLzw } from "./lzw.ts";

/** Codes of nine bits. */
function packed(...codes: number[]): Uint8Array {
  const bits = codes.map((code) => code.toString(2).padStart(9, "0")).join("");
  return Uint8Array.from(bits.match(/.{1,8}/g)!, (byte) => parseInt(byte.padEnd(8, "0"), 2));
}

test("the example of the TIFF specification", () => {
  const data = packed(256, 7, 258, 8, 8, 258, 6, 6, 257);
  assert.deepEqual([...unpackLzw(data, 100)], [7, 7, 7, 8, 8, 7, 7, 6, 6]);
});

test("no more comes out than there is room for, and what is cut short ends where it does", () => {
  const data = packed(256, 7, 258, 8, 8, 258, 6, 6, 257);
  assert.deepEqual([...unpackLzw(data, 2)], [7, 7]);
  assert.deepEqual([...unpackLzw(data.subarray(0, 4), 100)], [7, 7, 7]);
  assert.equal(unpackLzw(new Uint8Array(), 100).length, 0);
});

test("a code that is not known yet is broken data", () => {
  for (const data of [packed(256, 300), packed(256, 258), packed(256, 7, 260)]) {
    assert.throws(() => unpackLzw(data, 100), (error) => error instanceof ReadingError && error.reason === "unreadable");
  }
});

test("whatever the bytes are, it comes to an end", () => {
  let state = 1;
  for (let round = 0; round < 300; round += 1) {
    const noise = Uint8Array.from({ length: 4000 }, () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 24);
    noise[0] = 0x80; // a clear code, as every strip begins
    noise[1]! &= 0x7f;
    try {
      assert.ok(unpackLzw(noise, 5000).length <= 5000);
    } catch (error) {
      assert.ok(error instanceof ReadingError);
    }
  }
});
