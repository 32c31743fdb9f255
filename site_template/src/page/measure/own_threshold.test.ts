import assert from "node:assert/strict";
import { test } from "node:test";
import type { Site } from "../../shared/site.ts";
import { readOwnThreshold } from "./own_threshold.ts";

const site = { models: [{ name: "m", title: "M", sha256: "aa", populations: [] }], positive_class: "P" } as unknown as Site;
const rate = { apparent: 0.9, corrected: 0.8, low: 0.7, high: 0.9 };
const saved = {
  format: "plainfilm-own-threshold", version: 1, model: "m", model_sha256: "aa", population: null, positive_class: "P", threshold: 0.4, wanted_sensitivity: 0.9,
  films: 10, positive: 5, patients: null, sensitivity: rate, specificity: rate, date: "2026-01-02", plainfilm: "1",
};
const text = JSON.stringify(saved);
const nested = "[".repeat(100_000) + "]".repeat(100_000);
const problem = (json: string): string => {
  const found = readOwnThreshold("own.json", json, site);
  if (found === null) return "none";
  return "problem" in found ? [found.problem, found.values["name"], found.values["value"]].filter((one) => one !== undefined).join(" ") : "taken";
};

test("what was saved is taken, with a byte order mark too", () => {
  assert.equal(problem(text), "taken");
  assert.equal(problem(`\ufeff${text}`), "taken");
});

test("numbers that are none, intervals the wrong way round and what is nested without end are told, never thrown", () => {
  const wrong: [string, string][] = [
    [text.replace('"threshold":0.4', '"threshold":NaN'), "none"],
    [text.replace('"threshold":0.4', '"threshold":1e999'), "own-damaged threshold null"],
    [text.replace('"threshold":0.4', '"threshold":"0.4"'), 'own-damaged threshold "0.4"'],
    [text.replace('"m"', nested), "own-damaged model …"],
    [text.replace('"version":1', `"version":${nested}`), "own-version …"],
    [text.replace('"version":1', '"version":{"toString":1}'), 'own-version {"toString":1}'],
    [JSON.stringify({ ...saved, specificity: { ...rate, low: 0.9, high: 0.7 } }), 'own-damaged specificity {"apparent":0.9,"corrected":0.8,"low":0.9,"high":0.7}'],
    [JSON.stringify({ ...saved, sensitivity: null }), "own-damaged sensitivity null"],
    ["[]", "none"],
    ["null", "none"],
    [nested, "none"],
  ];
  for (const [json, expected] of wrong) assert.equal(problem(json), expected);
});
