import assert from "node:assert/strict";
import { test } from "node:test";
import { pays } from "./second_engine.ts";

test("a second engine pays for its bytes where many films wait, or the network is slow", () => {
  assert.ok(!pays(1, 8, 1));
  assert.ok(!pays(800, 8, 1), "a small network is through 800 films before it is here");
  assert.ok(pays(3000, 8, 1));
  assert.ok(pays(250, 100, 1), "a large one is not");
  assert.ok(!pays(3000, 8, 2), "two workers share what is saved");
  assert.ok(pays(6000, 8, 2));
});
