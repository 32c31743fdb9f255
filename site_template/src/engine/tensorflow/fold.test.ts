import assert from "node:assert/strict";
import { test } from "node:test";
import { joined } from "../../shared/bytes.ts";
import { folded, type Weight } from "./fold.ts";

const LEVELS = { dtype: "uint8", scale: 1, min: -128 };
const bytes = (values: readonly number[]): Uint8Array<ArrayBuffer> => new Uint8Array(Float32Array.from(values).buffer);
const NODES = [
  { name: "image", op: "Placeholder" },
  { name: "k/levels", op: "Const" },
  { name: "k/scale", op: "Const" },
  { name: "bias", op: "Const" },
  { name: "k", op: "Mul", input: ["k/levels", "k/scale"] },
  { name: "logit", op: "_FusedMatMul", input: ["image", "k", "bias"] },
];
const WEIGHTS: readonly Weight[] = [
  { name: "k/levels", shape: [2, 3], dtype: "float32", quantization: LEVELS },
  { name: "bias", shape: [3], dtype: "float32" },
  { name: "k/scale", shape: [3], dtype: "float32" },
];
const DATA = joined([Uint8Array.of(1, 128, 255, 129, 0, 130), bytes([5, 6, 7]), bytes([0.5, 2, 1])]);

test("levels and the scales of their channels become one weight", () => {
  const { topology, weights, data } = folded({ topology: { node: NODES, versions: {} }, weights: WEIGHTS, data: DATA });
  const nodes = (topology as { node: { name: string; op: string }[] }).node;
  assert.deepEqual(nodes.map(({ name, op }) => `${op} ${name}`), ["Placeholder image", "Const bias", "Const k", "_FusedMatMul logit"]);
  assert.deepEqual(weights, [{ name: "bias", shape: [3], dtype: "float32" }, { name: "k", shape: [2, 3], dtype: "float32" }]);
  assert.deepEqual(Array.from(new Float32Array(data.buffer)), [5, 6, 7, -63.5, 0, 127, 0.5, -256, 2]);
});

test("a graph without such products stays the very same", () => {
  const others = NODES.map((node) => (node.name === "k" ? { ...node, op: "AddV2" } : node));
  const given = { topology: { node: others }, weights: WEIGHTS, data: DATA };
  assert.equal(folded(given).data, DATA);
  const readTwice = [...NODES, { name: "again", op: "Identity", input: ["k/scale"] }];
  assert.equal(folded({ ...given, topology: { node: readTwice } }).data, DATA);
});
