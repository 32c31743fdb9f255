import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bundle } from "../../bundle/bundle.ts";
import { lateralOf } from "./lateral.ts";

const bundle = (threshold?: number): Bundle =>
  ({ metadata: threshold === undefined ? {} : { lateral: { threshold, kept_fraction: 1, laterals: 11, refused: 11, method: "" } } }) as unknown as Bundle;

test("a film above the bundle's limit was taken from the side, one at it was not", () => {
  assert.deepEqual(lateralOf(bundle(2), 2.1), { reason: "lateral", seen: "", expected: "" });
  assert.equal(lateralOf(bundle(2), 2), null);
  assert.equal(lateralOf(bundle(2), -40), null);
});

test("a bundle without a limit takes no film for one from the side", () => {
  assert.equal(lateralOf(bundle(), 99), null);
  assert.equal(lateralOf(bundle(2), undefined), null);
});
