import assert from "node:assert/strict";
import { test } from "node:test";
import type { BundleMetadata } from "../shared/metadata.ts";
import { occlusionMap, type Logits } from "./occlusion.ts";

const SIDE = 32;
const described = (channels: 1 | 3, class_names = ["OTHER", "POSITIVE"], operating_points: BundleMetadata["operating_points"] = []) => ({
  class_names, operating_points, positive_class: "POSITIVE", image_converter: { height: SIDE, width: SIDE, channels },
});
const POINT = { name: "balanced", threshold: 0.5, sensitivity: 0.9, specificity: 0.9, split: "val", n: 10 };
/** Bright in its upper left corner, of 8 × 8 pixels, and dark elsewhere. */
const withBrightCorner = (channels: number): Float32Array =>
  Float32Array.from({ length: SIDE * SIDE * channels }, (_, at) => {
    const pixel = Math.trunc(at / channels);
    return pixel % SIDE < 8 && pixel < 8 * SIDE ? 200 : 20;
  });
/** A network that answers by the mean level of that corner alone. */
const byCorner = (channels: number): Logits => async (input) => {
  let sum = 0;
  for (let y = 0; y < 8; y += 1) for (let x = 0; x < 8 * channels; x += 1) sum += input[y * SIDE * channels + x]!;
  return [0, sum / (64 * channels) / 50];
};

test("what the answer comes from is hottest, and what it does not come from is cold", async () => {
  for (const channels of [1, 3] as const) {
    const { values, height, width } = await occlusionMap(described(channels), withBrightCorner(channels), byCorner(channels), () => {});
    assert.deepEqual([height, width], [8, 8]);
    assert.equal(Math.max(...values), 1);
    const hottest = values.indexOf(1);
    assert.ok(hottest % 8 < 2 && hottest < 16, `cell ${hottest}`);
    values.forEach((value, cell) => {
      if (cell % 8 > 2 || cell >= 24) assert.equal(value, 0, `cell ${cell}`);
    });
  }
});

test("of three classes, evidence is what speaks for the positive one against the others, whatever lifts all logits alike", async () => {
  const network = byCorner(1);
  const lifted: Logits = async (input) => {
    const [, logit] = Array.from(await network(input)) as [number, number];
    return [500 - logit, 500 - logit, 500];
  };
  const classes = ["A", "B", "POSITIVE"];
  const { values, class_name } = await occlusionMap(described(1, classes, [POINT]), withBrightCorner(1), lifted, () => {});
  assert.equal(class_name, "POSITIVE");
  const plain = await occlusionMap(described(1), withBrightCorner(1), network, () => {});
  values.forEach((value, cell) => assert.ok(Math.abs(value - plain.values[cell]!) < 1e-6));
});

test("of three classes of which none is looked for, it is the one that was read", async () => {
  const network = byCorner(1);
  const second: Logits = async (input) => [0, Array.from(await network(input))[1]!, -3];
  const { values, class_name } = await occlusionMap(described(1, ["A", "B", "POSITIVE"]), withBrightCorner(1), second, () => {});
  assert.equal(class_name, "B");
  assert.ok(values.indexOf(1) < 16);
});

test("where covering never makes the answer fall, there is no evidence", async () => {
  const { values } = await occlusionMap(described(1), withBrightCorner(1), async () => [0, 7], () => {});
  assert.ok(values.every((value) => value === 0));
});

test("a tiny input is covered pixel by pixel, the share that is done is told, and the input stays as it is", async () => {
  const of = { ...described(1), image_converter: { height: 2, width: 3, channels: 1 as const } };
  const input = Float32Array.of(1, 2, 3, 4, 5, 6);
  const shares: number[] = [];
  const { height, width } = await occlusionMap(of, input, async () => [0, 1], (share) => shares.push(share));
  assert.deepEqual([height, width], [2, 3]);
  assert.deepEqual(shares, [1, 2, 3, 4, 5, 6].map((done) => done / 6));
  assert.deepEqual([...input], [1, 2, 3, 4, 5, 6]);
});

test("it ends where a run of the network does", async () => {
  let runs = 0;
  const aborting: Logits = async () => {
    if ((runs += 1) > 3) throw new DOMException("not wanted any more", "AbortError");
    return [0, 1];
  };
  await assert.rejects(occlusionMap(described(1), withBrightCorner(1), aborting, () => {}), { name: "AbortError" });
  assert.equal(runs, 4);
});
