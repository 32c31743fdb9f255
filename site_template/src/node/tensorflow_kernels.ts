// Prints, as JSON, the TensorFlow.js kernels that a bundle's graph asks for: node kernels.mjs BUNDLE WASM
//
// The graph is run once on a black film; what kernels it calls does not depend on the film.

import * as tf from "@tensorflow/tfjs-core";
import { loadBundle } from "../engine/bundle.ts";
import { OUTPUTS } from "../engine/engine.ts";
import { createEngine } from "../engine/tensorflow.ts";
import { folder } from "./files.ts";
import { runProgram } from "./program.ts";

async function main(): Promise<void> {
  const [bundlePath, wasmPath] = process.argv.slice(2) as [string, string];
  const bundle = await loadBundle(folder(bundlePath));
  const engine = await createEngine("wasm", bundle, folder(wasmPath));
  const { height, width, channels } = bundle.metadata.image_converter;
  const names = OUTPUTS.filter((name) => engine.has(name));
  const black = new Float32Array(height * width * channels);
  const kernels = new Set<string>();
  await tf.setBackend("wasm");
  for (const name of names) {
    const info = await tf.profile(async () => {
      await engine.run(black, 1, [name]);
      return [];
    });
    for (const kernel of info.kernelNames) kernels.add(kernel);
  }
  // Names that end in __op are scopes of fused operations, not kernels.
  process.stdout.write(JSON.stringify([...kernels].filter((name) => !name.endsWith("__op")).sort()));
}

runProgram(main);
