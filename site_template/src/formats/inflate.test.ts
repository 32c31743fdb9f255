import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "fflate";
import { ReadingError } from "../shared/reading.ts";
import { inflateAtMost, inflatedStart } from "./inflate.ts";

const DATA = Uint8Array.from({ length: 300_000 }, (_, index) => (index * index) >> 7);
const reason = (reason: string) => (error: unknown): boolean => error instanceof ReadingError && error.reason === reason;

test("inflates to exactly the limit and no further", () => {
  const packed = deflateSync(DATA);
  assert.deepEqual(inflateAtMost(packed, DATA.length), DATA);
  assert.throws(() => inflateAtMost(packed, DATA.length - 1), reason("too-large"));
});

test("data cut short is unreadable, whatever lies behind the end is not looked at", () => {
  const packed = deflateSync(DATA);
  assert.throws(() => inflateAtMost(packed.subarray(0, packed.length / 2), DATA.length), reason("unreadable"));
  assert.deepEqual(inflateAtMost(Uint8Array.from([...packed, 0, 0]), DATA.length), DATA);
});

test("the beginning of deflated data comes without the rest, and as far as it is whole", () => {
  const packed = deflateSync(DATA);
  assert.deepEqual(inflatedStart(packed, 1000), DATA.slice(0, 1000));
  const cut = inflatedStart(packed.subarray(0, packed.length / 2), DATA.length);
  assert.ok(cut.length < DATA.length);
  assert.deepEqual(cut, DATA.slice(0, cut.length));
  assert.ok(inflatedStart(Uint8Array.of(0xff, 0xff, 0xff), 1000).length === 0);
});
