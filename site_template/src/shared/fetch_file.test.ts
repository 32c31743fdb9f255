import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, mock, test } from "node:test";
import { fetchFile, fetchPinned } from "./fetch_file.ts";
import { StartError } from "./start_error.ts";

const FILE = new TextEncoder().encode("the file");
const SHA256 = createHash("sha256").update(FILE).digest("hex");
const ADDRESS = "https://example.org/assets/part-1.js?x";

type Answer = () => Response;
const right: Answer = () => new Response(FILE);
const wrong: Answer = () => new Response("another");
const gone: Answer = () => new Response("", { status: 404 });
const lost: Answer = () => {
  throw new TypeError("no network");
};

/** Answers in this order; returns what was asked for. */
function answers(...given: Answer[]): (string | undefined)[] {
  const asked: (string | undefined)[] = [];
  mock.method(globalThis, "fetch", async (_: string, options: RequestInit) => {
    asked.push(options.cache);
    return given.shift()!();
  });
  return asked;
}

afterEach(() => mock.restoreAll());

test("a file that is right comes once, with its progress", async () => {
  const asked = answers(right);
  let arrived = 0;
  assert.deepEqual(await fetchPinned(ADDRESS, SHA256, { progress: (bytes) => (arrived += bytes) }), FILE);
  assert.deepEqual([asked, arrived], [["default"], FILE.length]);
});

for (const [name, first] of Object.entries({ wrong, gone, lost })) {
  test(`a file that is ${name} is asked for once more, past every cache`, async () => {
    const asked = answers(first, right);
    assert.deepEqual(await fetchPinned(ADDRESS, SHA256), FILE);
    assert.deepEqual(asked, ["default", "reload"]);
  });
}

test("what fails twice says how, and which file it was", async () => {
  for (const [answer, problem, file] of [[wrong, "changed", "part-1.js"], [gone, "missing", "part-1.js: 404"], [lost, "unreachable", "part-1.js"]] as const) {
    answers(answer, answer);
    await assert.rejects(fetchPinned(ADDRESS, SHA256), (error) => error instanceof StartError && error.problem === problem && error.file === file);
    mock.restoreAll();
  }
});

test("what is no longer wanted is not asked for again, and keeps its reason", async () => {
  const controller = new AbortController();
  const asked = answers(() => {
    controller.abort(new Error("not wanted"));
    throw new TypeError("aborted");
  });
  await assert.rejects(fetchPinned(ADDRESS, SHA256, { signal: controller.signal }));
  assert.deepEqual(asked, ["default"]);
});

test("an answer without a body is an empty file", async () => {
  answers(() => new Response(null));
  assert.equal((await fetchFile(ADDRESS)).length, 0);
});

test("after a start that came to nothing the caches come last", async () => {
  const asked = answers(lost, right);
  assert.deepEqual(await fetchPinned(ADDRESS, SHA256, { afresh: true }), FILE);
  assert.deepEqual(asked, ["reload", "default"]);
});
