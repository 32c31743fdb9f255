// The folders of the source import one way: shared/ from none, and none in a circle.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const SOURCE = import.meta.dirname;
const folderOf = (file: string): string => path.relative(SOURCE, file).split(path.sep)[0]!;

/** Every import of one folder's file from another folder: folder → folder → the importing files. Types count as well. */
function arrows(): Map<string, Map<string, string[]>> {
  const found = new Map<string, Map<string, string[]>>();
  for (const file of globSync("*/**/*.ts", { cwd: SOURCE }).map((name) => path.join(SOURCE, name))) {
    for (const [, imported] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^;]*?from "(\.[^"]+)";/gm)) {
      const [from, to] = [folderOf(file), folderOf(path.resolve(path.dirname(file), imported!))];
      if (from === to) continue;
      const ofFolder = found.get(from) ?? found.set(from, new Map()).get(from)!;
      ofFolder.set(to, [...(ofFolder.get(to) ?? []), path.relative(SOURCE, file)]);
    }
  }
  return found;
}

/** The folders of a circle that goes on from `path`; null where there is none. */
function circle(found: ReturnType<typeof arrows>, way: readonly string[]): string[] | null {
  for (const next of found.get(way.at(-1)!)?.keys() ?? []) {
    if (way.includes(next)) return [...way.slice(way.indexOf(next)), next];
    const further = circle(found, [...way, next]);
    if (further !== null) return further;
  }
  return null;
}

test("shared/ imports from no other folder", () => {
  assert.deepEqual(Object.fromEntries(arrows().get("shared") ?? []), {});
});

test("no folders import one another in a circle", () => {
  const found = arrows();
  assert.ok(found.get("worker")!.has("shared"), "imports are found");
  for (const folder of found.keys()) {
    const folders = circle(found, [folder]);
    const files = folders?.slice(1).map((next, index) => `${folders[index]} → ${next}: ${found.get(folders[index]!)!.get(next)!.join(", ")}`);
    assert.equal(folders, null, files?.join("\n"));
  }
});
