import assert from "node:assert/strict";
import { test } from "node:test";
import { byStudy, Studies } from "./studies.ts";

test("films of a study come together, where its first one is, and others stay", () => {
  const films = ["b1", "a1", "-x", "b2", "a2", "-y"].map((name) => ({ name, study: name[0] === "-" ? "" : name[0]! }));
  assert.deepEqual(byStudy(films, ({ study }) => study).map(({ name }) => name), ["b1", "b2", "a1", "a2", "-x", "-y"]);
});

test("studies are numbered as they come, and count their films", () => {
  const studies = new Studies();
  const [first, second, again] = [studies.of("1.2"), studies.of("1.3"), studies.of("1.2")];
  assert.deepEqual([first!.number, second!.number, first === again, first!.films, studies.of("")], [1, 2, true, 2, null]);
});
