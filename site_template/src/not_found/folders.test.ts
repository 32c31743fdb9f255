import assert from "node:assert/strict";
import { test } from "node:test";
import { foldersAbove } from "./folders.ts";

test("the folders of an address come with the innermost first", () => {
  assert.deepEqual(foldersAbove("/repo/a/typo.html"), ["/repo/a/", "/repo/", "/"]);
  assert.deepEqual(foldersAbove("/repo/"), ["/repo/", "/"]);
  assert.deepEqual(foldersAbove("/typo"), ["/"]);
});

test("however deep an address is, few folders are tried", () => {
  assert.equal(foldersAbove("/a".repeat(1000)).length, 13);
});
