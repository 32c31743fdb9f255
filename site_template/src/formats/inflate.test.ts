import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "fflate";
import { ReadingError } from "../shared/reading.ts";
import { inflateAtMost } from "./inflate.ts";

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
