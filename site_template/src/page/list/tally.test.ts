import assert from "node:assert/strict";
import { test } from "node:test";
import { Tally, type Counted } from "./tally.ts";

const film = (status: Counted["status"], label: string | null = null, zone: string | null = null): { -readonly [K in keyof Counted]: Counted[K] } => ({
  status, reading: label === null ? null : { label, zone },
});

test("every film is counted once, as what it is now", () => {
  const tally = new Tally();
  const one = film("queued");
  const all = [one, film("refused", "NORMAL"), film("error"), film("done", "NORMAL", "indeterminate"), film("done", "NORMAL", "ruled-out")];
  for (const each of all) tally.put(each);
  assert.deepEqual([tally.films, tally.finished], [5, 4]);
  one.status = "done";
  one.reading = { label: "PNEUMONIA", zone: null };
  tally.put(one);
  const counts = (["waiting", "refused", "failed", "indeterminate", "class:NORMAL", "class:PNEUMONIA"] as const).map((group) => tally.count(group));
  assert.deepEqual(counts, [0, 1, 1, 1, 1, 1]);
  tally.remove(one);
  tally.remove(one);
  assert.deepEqual([tally.films, tally.count("class:PNEUMONIA")], [4, 0]);
});
