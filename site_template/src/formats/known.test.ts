import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { FORMATS } from "./known.ts";

test("every folder is a format that is known", () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  assert.equal(folders.length, FORMATS.length);
});

test("an ending belongs to one format, and a system offers the page by these alone", () => {
  const endings = FORMATS.flatMap((format) => format.endings);
  assert.deepEqual([...new Set(endings)], endings);
  for (const format of FORMATS) for (const ending of format.opens) assert.ok(format.endings.includes(ending), ending);
});
