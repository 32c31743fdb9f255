import assert from "node:assert/strict";
import { test } from "node:test";
import type { Decided } from "../shared/decide.ts";
import type { Site } from "../shared/site.ts";
import { Words } from "./words.ts";

const MESSAGES = {
  percent: "{value} %", "percent-below": "< {value}", "percent-above": "> {value}",
  empty: "Empty.",
  files: { one: "{n} file", other: "{n} files" },
  like: "{label}-like", unlike: "Not {label}-like", "like-class": "Like “{label}”", indeterminate: "Indeterminate", said: "{headline}. {sentence}",
  score: "Score {probability}", "score-above": "Score {probability}, above the {point} point {threshold}", "score-below": "Score {probability}, below the {point} point {threshold}",
  "score-between": "Score {probability}, between the {from} point {rule_out} and the {to} point {rule_in}",
  "score-above-threshold": "Score {probability}, above {threshold}", "score-below-threshold": "Score {probability}, below {threshold}",
  "score-of-another": "Score {score}; {positive} {probability}, below the {point} point {threshold}", "by-point-alone": "By the {point} point alone: {reading}",
  "score-as": "{population}: score {probability}", "reading-as": "{population}: {headline}, score {probability}", "reading-differs": "Whose? {readings}",
};
const SITE: Site = {
  language: "en", version: "0", models: [], worker: null, litert: null, source: { kind: "embedded" }, sha256: {}, formats: null, measure: null, later: null, labels: {}, service_worker: null, positive_class: "B", dicom: null, opens_dicom: true,
  samples: [], classes: [{ name: "A", label: "fine" }, { name: "B", label: "ill" }],
  messages: MESSAGES,
};
/** A site of one model with these thresholds. */
const withPoints = (thresholds: Readonly<Record<string, number>>): Site => ({
  ...SITE,
  models: [{ name: "tiny", populations: [], operating_points: Object.entries(thresholds).map(([name, threshold]) => ({ name, label: name.toUpperCase().charAt(0) + name.slice(1), threshold })) }],
}) as unknown as Site;

const finding = (label: string, probability: number, threshold: number, point: string | null = null): Decided => ({
  status: "done", reason: null, label, turn: null, population: null, by_population: [], probability, operating_point: point, threshold, zone: null, indeterminate_zone: null, logit: [], ood_score: null, seen: "", expected: "", frames: 1, overridden: false, backend: "wasm", model: "tiny",
  probabilities: [{ class_name: "A", probability: 1 - probability }, { class_name: "B", probability }],
  width: 1, height: 1, milliseconds: 1,
});
const said = (...of: Parameters<typeof finding>): string => new Words(SITE).messageOf(finding(...of));

test("of two classes a film is like the positive one or not, whatever the other one is called", () => {
  assert.equal(said("B", 0.9, 0.152), "Ill-like. Score 90.0 %, above 15.2 %");
  assert.equal(said("A", 0.1, 0.152), "Not ill-like. Score 10.0 %, below 15.2 %");
  assert.deepEqual(["A", "B"].map((name) => new Words(SITE).likeness(name)), ["Not ill-like", "Ill-like"]);
});

test("the operating point that decided is named, of points that coincide the first", () => {
  const words = new Words(withPoints({ balanced: 0.5, screening: 0.1, "rule-in": 0.5 }));
  assert.equal(words.messageOf(finding("B", 0.993, 0.5, "balanced")), "Ill-like. Score 99.3 %, above the balanced point 50.0 %");
  assert.equal(words.messageOf(finding("B", 0.993, 0.5, "rule-in")), "Ill-like. Score 99.3 %, above the balanced point 50.0 %");
  assert.equal(words.messageOf(finding("A", 0.007, 0.1, "screening")), "Not ill-like. Score 0.7 %, below the screening point 10.0 %");
});

test("a film between the points is indeterminate, and says between which, and what the chosen one alone would say", () => {
  const words = new Words(withPoints({ balanced: 0.5, screening: 0.2, "rule-in": 0.5 }));
  const zone = { zone: "indeterminate", indeterminate_zone: { from: 0.2, to: 0.5 } } as const;
  const open = { ...finding("A", 0.41, 0.5, "balanced"), ...zone };
  assert.equal(words.headlineOf(open), "Indeterminate");
  assert.equal(words.detailOf(open), "Score 41.0 %, between the screening point 20.0 % and the balanced point 50.0 %. By the balanced point alone: Not ill-like");
  assert.equal(words.headlineOf({ ...open, zone: "ruled-in", label: "B" }), "Ill-like");
});

test("of several classes the one that was read is named as a name, with its own score", () => {
  const several: Site = { ...withPoints({ balanced: 0.5 }), classes: [...SITE.classes, { name: "C", label: "worse" }] };
  const of = { ...finding("C", 0.1, 0.5), probabilities: [["A", 0.2], ["B", 0.1], ["C", 0.7]].map(([class_name, probability]) => ({ class_name, probability }) as never) };
  assert.equal(new Words(several).messageOf(of), "Like “worse”. Score 70.0 %");
  assert.equal(new Words(several).messageOf({ ...of, operating_point: "balanced" }), "Like “worse”. Score 70.0 %; ill 10.0 %, below the balanced point 50.0 %");
  assert.equal(new Words(several).messageOf({ ...of, label: "B", operating_point: "balanced", threshold: 0.05 }), "Like “ill”. Score 10.0 %, above the balanced point 5.0 %");
  assert.equal(new Words(several).messageOf({ ...of, operating_point: "own" }), "Like “worse”. Score 70.0 %");
  assert.equal(new Words(several).messageOf({ ...of, label: "B", operating_point: "own", threshold: 0.05 }), "Like “ill”. Score 10.0 %, above 5.0 %");
});

test("a film from the side has one reason and says who told: its header or its picture", () => {
  const words = new Words({ ...SITE, messages: { ...MESSAGES, lateral: "From the side, it seems.", "lateral-view": "From the side, it says ({seen})." } });
  const refused = (seen: string): string => words.messageOf({ ...finding("A", 0, 0.5), status: "refused", reason: "lateral", seen });
  assert.deepEqual([refused("LL"), refused("")], ["From the side, it says (LL).", "From the side, it seems."]);
});

test("no score is 0 % or 100 %, and percentages have one decimal", () => {
  const words = new Words(SITE);
  assert.deepEqual([0, 0.0004, 0.0005, 0.5, 0.9994, 0.9996, 1].map((one) => words.score(one)), ["< 0.1 %", "< 0.1 %", "0.1 %", "50.0 %", "99.9 %", "> 99.9 %", "> 99.9 %"]);
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
