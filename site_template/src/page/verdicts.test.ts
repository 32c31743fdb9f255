import assert from "node:assert/strict";
import { test } from "node:test";
import type { Model, Site } from "../shared/site.ts";
import { keepVerdict, knownOf } from "./verdicts.ts";

const SITE = {
  version: "1.2.3", worker: "assets/worker-1.js", source: { kind: "http", wasm: { "simd.wasm": "assets/simd-1.wasm" } },
  sha256: { "assets/worker-1.js": "aa", "assets/simd-1.wasm": "bb" },
} as unknown as Site;
const MODEL = { name: "tiny", sha256: "cc" } as Model;
const KNOWN = { backend: "wasm", milliseconds: 8.5 } as const;

function browser(userAgent: string, held: Record<string, string> | null = {}): void {
  const storage = { getItem: (key: string) => held![key] ?? null, setItem: (key: string, value: string) => void (held![key] = value) };
  Object.defineProperty(globalThis, "navigator", { value: { userAgent }, configurable: true });
  Object.defineProperty(globalThis, "localStorage", { get: () => { if (held === null) throw new Error("forbidden"); return storage; }, configurable: true });
}

test("what was found right is known for these files and this browser, and for no others", () => {
  const held = {};
  browser("A 1", held);
  assert.equal(knownOf(SITE, MODEL), null);
  keepVerdict(SITE, MODEL, KNOWN);
  keepVerdict(SITE, { ...MODEL, name: "other" }, KNOWN);
  assert.deepEqual(knownOf(SITE, MODEL), KNOWN);
  const others: [Partial<Site>, Partial<Model>][] = [
    [{ version: "1.2.4" }, {}], [{ sha256: { ...SITE.sha256, "assets/worker-1.js": "a0" } }, {}], [{ sha256: { ...SITE.sha256, "assets/simd-1.wasm": "b0" } }, {}],
    [{}, { sha256: "c0" }], [{}, { name: "unknown" }],
  ];
  for (const [site, model] of others) assert.equal(knownOf({ ...SITE, ...site }, { ...MODEL, ...model }), null);
  browser("A 2", held);
  assert.equal(knownOf(SITE, MODEL), null);
  browser("A 1", held);
  keepVerdict(SITE, MODEL, null);
  assert.equal(knownOf(SITE, MODEL), null);
  assert.deepEqual(knownOf(SITE, { ...MODEL, name: "other" }), KNOWN);
});

test("what is damaged, or cannot be had, is checked anew", () => {
  const held: Record<string, string> = {};
  browser("A 1", held);
  keepVerdict(SITE, MODEL, KNOWN);
  const [key] = Object.keys(held) as [string];
  const { tiny } = JSON.parse(held[key]!) as { tiny: object };
  for (const damaged of ["{", "null", "[]", "7", '"x"', '{"tiny":null}', '{"tiny":"x"}', '{"tiny":{}}']) {
    held[key] = damaged;
    assert.equal(knownOf(SITE, MODEL), null, damaged);
    keepVerdict(SITE, MODEL, KNOWN);
    assert.deepEqual(knownOf(SITE, MODEL), KNOWN, "and kept anew");
  }
  for (const wrong of [{ backend: "cpu" }, { backend: 1 }, { milliseconds: "8" }, { milliseconds: null }, { milliseconds: -1 }, { milliseconds: 1e9 }]) {
    held[key] = JSON.stringify({ tiny: { ...tiny, ...wrong } });
    assert.equal(knownOf(SITE, MODEL), null, JSON.stringify(wrong));
  }
  browser("A 1", null);
  keepVerdict(SITE, MODEL, KNOWN);
  assert.equal(knownOf(SITE, MODEL), null);
  browser("A 1");
  for (const worker of [null, "https://elsewhere.example/assets/worker-1.js"]) {
    keepVerdict({ ...SITE, worker }, MODEL, KNOWN);
    assert.equal(knownOf({ ...SITE, worker }, MODEL), null, "a page that is one file has no hashes, and on pages of others nothing is kept");
  }
});
