import assert from "node:assert/strict";
import { test } from "node:test";
import { languageOf } from "./choice.ts";

const AVAILABLE = ["en", "es", "pt", "zh"];

test("the first wanted language that there is, is taken", () => {
  assert.equal(languageOf(["de", "pt-BR", "es"], AVAILABLE), "pt");
  assert.equal(languageOf(["zh-Hans-CN"], AVAILABLE), "zh");
  assert.equal(languageOf(["ES"], AVAILABLE), "es");
});

test("a language with its region goes before one without", () => {
  assert.equal(languageOf(["pt-PT"], ["pt-BR", "pt-PT"]), "pt-PT");
  assert.equal(languageOf(["pt"], ["pt-BR", "pt-PT"]), "pt-BR");
});

test("of languages that there are none of, nothing is taken", () => {
  assert.equal(languageOf(["de", "tlh"], AVAILABLE), null);
  assert.equal(languageOf([], AVAILABLE), null);
});
