import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../shared/reading.ts";
import type { Site } from "../shared/site.ts";
import { Words } from "./words.ts";

const SITE: Site = {
  version: "0", models: [], bundle: null, model: "tiny", title: "Tiny", travel: [], has_heatmap: false, has_predictions: false, model_sha256: "", precision: "float32", disclaimer: "", operating_points: [], splits: [], view: "square", worker: null, source: { kind: "embedded" }, formats: null, positive_class: "B",
  classes: [{ name: "A", label: "fine" }, { name: "B", label: "ill" }],
  messages: {
    percent: "{value} %",
    empty: "Empty.",
    reading: "Reads as {label}",
    "reading-above": "Reads as {label}: {probability} is above {threshold}",
    "reading-below": "Reads as {label}: {probability} of B is below {threshold}",
    "reading-indeterminate": "Reads as {label}, indeterminate: {probability} of B is between {rule_out} and {rule_in}",
  },
};

const finding = (label: string, probability: number, threshold: number): Finding => ({
  status: "done", reason: null, label, probability, operating_point: "balanced", threshold, zone: null, indeterminate_zone: null, logit: [], ood_score: null, seen: "", frames: 1, overridden: false, backend: "wasm", model: "tiny",
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
