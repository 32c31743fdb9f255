import assert from "node:assert/strict";
import { test } from "node:test";
import type { Model, Site } from "../../shared/site.ts";
import { diagnosticsOf, type Surroundings } from "./diagnostics.ts";
import type { FilmRecord } from "./record.ts";

const SITE = { version: "1.2.3", worker: null } as unknown as Site;
const MODEL = { name: "tiny", sha256: "ab12", precision: "float16", populations: [] as unknown } as Model;
const AROUND: Surroundings = {
  userAgent: "Browser/1", language: "en", cores: 4, screen: "800×600 at 2", protocol: "file:", readyAfter: 512.4, tensors: 17,
};
const film = (changes: Partial<FilmRecord>): FilmRecord =>
  ({ file: "Anna Muster 1970.png", status: "done", reason: null, milliseconds: null, ...changes }) as FilmRecord;

test("the block says what ran where, what was checked and how long it took, and names no film", () => {
  const trials = [
    { backend: "wasm", milliseconds: 3.25, problem: null },
    { backend: "webgl", milliseconds: null, problem: "no context" },
  ] as const;
  const films = [film({ milliseconds: 40 }), film({ milliseconds: 20 }), film({ milliseconds: 90 }), film({ status: "error", reason: "empty" })];
  assert.equal(
    diagnosticsOf(SITE, MODEL, { status: "ready", backend: "wasm", trials, tensors: 17, readsBlobs: true }, films, AROUND),
    `page: Plainfilm 1.2.3, standalone.html over file:
model: tiny, float16, SHA-256 ab12
browser: Browser/1
device: 4 cores, screen 800×600 at 2, language en
engine: wasm, ready after 512 ms, 17 tensors
check wasm: every parity case right, 3.3 ms
check webgl: passed over: no context
films: 3 done, 1 error (empty)
time for one film: median 40 ms, longest 90 ms
`,
  );
});

test("an engine that failed says why", () => {
  const said = diagnosticsOf(SITE, MODEL, { status: "failed", why: "changed", file: "metadata.json", problem: "metadata.json is not JSON", trials: [] }, [], AROUND);
  assert.match(said, /^engine: failed: metadata.json is not JSON$/m);
  assert.match(said, /^films: none$/m);
});

test("of a model with populations it says how many films were read as whose", () => {
  const model = { ...MODEL, populations: [{ name: "children" }, { name: "adults" }] } as unknown as Model;
  const films = [film({ population: "adults" }), film({ population: "" }), film({ population: "adults" }), film({ population: null, status: "error" })];
  const said = diagnosticsOf(SITE, model, { status: "loading", share: 0 }, films, AROUND);
  assert.match(said, /^populations: 1 not said, 0 children, 2 adults$/m);
});
