import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsNear } from "./windowed.ts";

test("rows in view and some beyond are made, however many there are", () => {
  const near = rowsNear(2000, 60, -60_000, 900, -1);
  assert.deepEqual([near[0], near.length], [992, 31]);
  assert.deepEqual(rowsNear(3, 60, 200, 900, -1), [0, 1, 2]);
  assert.deepEqual(rowsNear(0, 60, 200, 900, -1), []);
});

test("a table that is far above or below the view has none", () => {
  assert.deepEqual(rowsNear(10, 60, -90_000, 900, -1), []);
  assert.deepEqual(rowsNear(10, 60, 90_000, 900, -1), []);
});

test("the row with the focus stays, in its place among the others", () => {
  assert.equal(rowsNear(2000, 60, -60_000, 900, 3)[0], 3);
  assert.equal(rowsNear(2000, 60, 0, 900, 1999).at(-1), 1999);
  assert.deepEqual(rowsNear(3, 60, 0, 900, 1), [0, 1, 2]);
  assert.deepEqual(rowsNear(3, 60, 0, 900, 9), [0, 1, 2], "of a film that is gone");
});
