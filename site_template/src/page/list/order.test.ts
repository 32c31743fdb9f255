import assert from "node:assert/strict";
import { test } from "node:test";
import { KEYS, naturally, sorted, type Order, type Sortable } from "./order.ts";

const film = (name: string, probability: number | null, reason: string | null = null): Sortable =>
  ({ name, probability, reason, reading: probability === null ? null : { probability, threshold: 0.01 } }) as unknown as Sortable;
const FILMS = [film("10.png", 0.02), film("2.png", 0.9), film("b/1.png", null, "lateral"), film("B/1.png", 0.0099), film("c.png", null, "damaged"), film("1.png", 0.02)];
const names = async (order: Exclude<Order, "given">, reversed = false): Promise<string[]> =>
  (await sorted(FILMS, KEYS[order], reversed, new AbortController().signal))!.map(({ name }) => name);

test("names are in the order in which people count", async () => {
  assert.deepEqual(await names("name"), ["1.png", "2.png", "10.png", "B/1.png", "b/1.png", "c.png"]);
  assert.deepEqual(["img12", "img10", "IMG2", "img1"].sort(naturally), ["img1", "IMG2", "img10", "img12"]);
});

test("the likeliest come first, as they came where they are alike, and those without a reading last, either way round", async () => {
  assert.deepEqual(await names("probability"), ["2.png", "10.png", "1.png", "B/1.png", "b/1.png", "c.png"]);
  assert.deepEqual(await names("probability", true), ["B/1.png", "10.png", "1.png", "2.png", "b/1.png", "c.png"]);
});

test("those nearest to their threshold come first, by odds and not by difference", async () => {
  assert.deepEqual(await names("threshold"), ["B/1.png", "10.png", "1.png", "2.png", "b/1.png", "c.png"]);
});

test("those with a reason come first, by reason", async () => {
  assert.deepEqual(await names("reason"), ["c.png", "b/1.png", "10.png", "2.png", "B/1.png", "1.png"]);
});

test("thousands are sorted as few are, and none is lost", async () => {
  const many = Array.from({ length: 3001 }, (_, index) => (index * 7919) % 3001);
  assert.deepEqual(await sorted(many, (one) => one, false, new AbortController().signal), [...many].sort((a, b) => a - b));
  assert.deepEqual(await sorted([], () => null, false, new AbortController().signal), []);
});

test("sorting that is given up gives nothing", async () => {
  assert.equal(await sorted(FILMS, KEYS.name, false, AbortSignal.abort()), null);
});
