import assert from "node:assert/strict";
import { test } from "node:test";
import { limitsOf } from "./size.ts";

const PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
const opened = (device: Parameters<typeof limitsOf>[0]): number => limitsOf(device).pixels / 1e6;

test("a device with less memory opens smaller films, and none fewer pixels than X-ray machines make", () => {
  assert.deepEqual([8, 32, 4, 2, 0.5].map((deviceMemory) => opened({ deviceMemory })), [100, 100, 50, 25, 25]);
  assert.deepEqual(limitsOf({ deviceMemory: 4 }), { pixels: 50e6, bytes: 2 ** 29 });
});

test("of a device that does not say how much it has, a phone is taken for a smaller one", () => {
  assert.deepEqual([opened({ userAgent: PHONE }), opened({ userAgent: "Firefox/140" }), opened({})], [50, 100, 100]);
  assert.equal(opened({ userAgent: PHONE, deviceMemory: 8 }), 100);
});
