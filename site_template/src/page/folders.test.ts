import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "./folders.ts";

const ordered = (...paths: string[]): string[] => inOrder(paths.map((name) => ({ name }))).map(({ name }) => name);

test("what lies in folders comes as people count, by folder and by file", () => {
  assert.deepEqual(ordered("ward/10.png", "ward/9.png", "ward 10/1.png", "ward 9/1.png"), ["ward/9.png", "ward/10.png", "ward 9/1.png", "ward 10/1.png"]);
  assert.deepEqual(ordered("a/b/2.dcm", "a/b-1/1.dcm", "a/b/1.dcm", "a/c.dcm"), ["a/b/1.dcm", "a/b/2.dcm", "a/b-1/1.dcm", "a/c.dcm"]);
});

test("order does not depend on how files are handed over", () => {
  const paths = ["f/1.png", "f/01.png", "f/A.png", "f/a.png", "f/é.png", "f/sub/1.png", "f"];
  assert.deepEqual(ordered(...paths), ordered(...[...paths].reverse()));
});
