import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { Tape } from "./tape.ts";

const SHAPE = [1, 4, 4, 2];
const film = (first: number): Float32Array => Float32Array.from({ length: 32 }, (_, index) => first + index);

before(async () => {
  setWasmPaths(`${import.meta.dirname}/../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
  await tf.setBackend("wasm");
});

/** Records a graph on one film; its answers for another, by the tape and by TensorFlow.js. */
function recorded(graph: (image: tf.Tensor4D) => tf.Tensor[]) {
  const run = (values: Float32Array): { tensors: tf.Tensor[]; tape: Tape | null } => {
    let tape: Tape | null = null;
    const tensors = tf.tidy(() => {
      const image = tf.tensor4d(values, SHAPE as [number, number, number, number]);
      const made = Tape.record(image, () => graph(image));
      tape = made.tape;
      return made.tensors;
    });
    return { tensors, tape };
  };
  const read = (tensors: tf.Tensor[]): object[] => tensors.map((tensor) => ({ data: tensor.dataSync(), shape: tensor.shape }));
  const { tape } = run(film(0));
  return { tape, expected: read(run(film(5)).tensors) };
}

test("a graph plays again as it was recorded, for another film", () => {
  const weights = tf.tensor4d(film(1), [2, 2, 2, 4]);
  const graph = (image: tf.Tensor4D): tf.Tensor[] => {
    const maps = tf.relu6(tf.conv2d(image, tf.mul(weights, tf.scalar(0.01)) as tf.Tensor4D, 1, "same"));
    const both = tf.concat([maps, image], 3);
    const score = tf.softmax(tf.reshape(tf.mean(both, [1, 2]), [2, 3]));
    return [score, both, tf.sum(score)];
  };
  const { tape, expected } = recorded(graph);
  assert.ok(tape !== null);
  const [before, first] = [tf.engine().backend.numDataIds(), tape.play(film(5), SHAPE)];
  assert.deepEqual(first, expected);
  assert.deepEqual(tape.play(film(5), SHAPE), expected);
  assert.equal(tf.engine().backend.numDataIds(), before);
});

test("what depends on what a film shows is no tape", () => {
  assert.equal(recorded((image) => [tf.slice(image, [0, 0, 0, 0], [1, 1 + (tf.max(image).dataSync()[0]! % 3), 1, 1])]).tape, null);
  assert.equal(recorded((image) => [tf.tensor1d(tf.mean(image).dataSync())]).tape, null);
  assert.equal(recorded(() => [tf.scalar(1)]).tape, null);
});

test("a step that fails leaves nothing behind", () => {
  const { tape } = recorded((image) => [tf.reshape(tf.add(image, tf.scalar(1)), [2, 16])]);
  const before = tf.engine().backend.numDataIds();
  assert.throws(() => tape!.play(film(0).subarray(0, 16), [1, 4, 4, 1]));
  assert.equal(tf.engine().backend.numDataIds(), before);
});
