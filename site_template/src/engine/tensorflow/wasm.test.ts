// The WASM backend is begun once, whoever asks for it and whenever.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { wasmBackend } from "./wasm.ts";

const DIST = path.dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"));

test("a network that asks before the engine's file is handed over gets the same backend as the file", async () => {
  let asked = 0;
  const read = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    if ((asked += 1) === 1) throw new Error("the file did not come");
    return new Uint8Array(await readFile(path.join(DIST, name)));
  };
  await assert.rejects(wasmBackend(read), /did not come/);
  assert.deepEqual(await Promise.all([wasmBackend(read), wasmBackend(read)]), [true, true]);
  assert.deepEqual([await wasmBackend(read), asked], [true, 2]);
  assert.equal(tf.getBackend(), "wasm");
  assert.equal((await tf.square(3).data())[0], 9);
});
