import assert from "node:assert/strict";
import { test } from "node:test";
import type { Decided } from "../shared/decide.ts";
import type { Site } from "../shared/site.ts";
import { Words } from "./words.ts";

const SITE: Site = {
  language: "en", version: "0", models: [], worker: null, source: { kind: "embedded" }, sha256: {}, formats: null, measure: null, service_worker: null, positive_class: "B", dicom: null, opens_dicom: true,
  samples: [], classes: [{ name: "A", label: "fine" }, { name: "B", label: "ill" }],
  messages: {
    percent: "{value} %",
    empty: "Empty.",
    files: { one: "{n} file", other: "{n} files" },
    reading: "Reads as {label}",
    "reading-above": "Reads as {label}: {probability} is above {threshold}",
    "reading-below": "Reads as {label}: {probability} of B is below {threshold}",
    "reading-indeterminate": "Reads as {label}, indeterminate: {probability} of B is between {rule_out} and {rule_in}",
  },
};

const finding = (label: string, probability: number, threshold: number): Decided => ({
  status: "done", reason: null, label, population: null, by_population: [], probability, operating_point: "balanced", threshold, zone: null, indeterminate_zone: null, logit: [], ood_score: null, seen: "", expected: "", frames: 1, overridden: false, backend: "wasm", model: "tiny",
  probabilities: [{ class_name: "A", probability: 1 - probability }, { class_name: "B", probability }],
  width: 1, height: 1, milliseconds: 1,
});
const said = (...of: Parameters<typeof finding>): string => new Words(SITE).messageOf(finding(...of));

test("the likelier class is said without a reason", () => {
  assert.equal(said("B", 0.9, 0.152), "Reads as ill");
  assert.equal(said("A", 0.1, 0.152), "Reads as fine");
  assert.equal(said("B", 0.5, 0.5), "Reads as ill");
});

test("a class read against the odds names the threshold that decided", () => {
  assert.equal(said("B", 0.46, 0.1523), "Reads as ill: 46.0 % is above 15.2 %");
  assert.equal(said("A", 0.6, 0.8), "Reads as fine: 60.0 % of B is below 80.0 %");
});

test("a film that is neither ruled out nor ruled in says so, whichever class it is read as", () => {
  const zone = { zone: "indeterminate", indeterminate_zone: { from: 0.2, to: 0.7 } } as const;
  const words = new Words(SITE);
  assert.equal(
    words.messageOf({ ...finding("B", 0.6, 0.5), ...zone }), "Reads as ill, indeterminate: 60.0 % of B is between 20.0 % and 70.0 %",
  );
  assert.equal(
    words.messageOf({ ...finding("A", 0.3, 0.5), ...zone }), "Reads as fine, indeterminate: 30.0 % of B is between 20.0 % and 70.0 %",
  );
  assert.equal(words.messageOf({ ...finding("B", 0.9, 0.5), ...zone, zone: "ruled-in" }), "Reads as ill");
});

test("what is wrong with a film goes before what was read", () => {
  assert.equal(new Words(SITE).messageOf({ ...finding("B", 0.46, 0.15), status: "error", reason: "empty" }), "Empty.");
});

const inLanguage = (language: string, files: Site["messages"][string]): Words => new Words({ ...SITE, language, messages: { ...SITE.messages, files } });

test("a message with plural forms takes the one that its number wants in that language", () => {
  const english = new Words(SITE);
  assert.deepEqual([0, 1, 2].map((n) => english.text("files", { n })), ["0 files", "1 file", "2 files"]);
  const forms = { zero: "zero", one: "one", two: "two", few: "few {n}", many: "many {n}", other: "other {n}" };
  const arabic = inLanguage("ar", forms);
  assert.deepEqual([0, 1, 2, 3, 11, 100].map((n) => arabic.text("files", { n })), ["zero", "one", "two", "few 3", "many 11", "other 100"]);
  assert.equal(inLanguage("zh", { other: "{n} 张" }).text("files", { n: 1 }), "1 张");
  assert.equal(inLanguage("fr", { one: "{n} fichier", other: "{n} fichiers" }).text("files", { n: 2_000_000 }).endsWith(" fichiers"), true);
});

test("numbers are written as the language writes them, in the digits 0 to 9", () => {
  const written = (language: string): string => new Words({ ...SITE, language }).number(12345.678, 1);
  assert.deepEqual(["en", "es", "pt", "zh", "hi", "ar"].map(written), ["12,345.7", "12.345,7", "12.345,7", "12,345.7", "12,345.7", "12,345.7"]);
  assert.equal(new Words({ ...SITE, language: "fr" }).percent(95.12), "95,1 %");
});
