// Prints, as JSON, the TensorFlow.js kernels that a bundle's graph calls: node tensorflow_kernels.cjs BUNDLE BINARIES

import { kernelsOf } from "../engine/tensorflow/kernels.ts";
import { loadEngine } from "./load_engine.ts";
import { runProgram } from "./program.ts";

async function main(): Promise<void> {
  const [bundlePath, binaries] = process.argv.slice(2) as [string, string];
  const { bundle, engine } = await loadEngine(bundlePath, binaries);
  const { height, width, channels } = bundle.metadata.image_converter;
  process.stdout.write(JSON.stringify(await kernelsOf(engine, new Float32Array(height * width * channels))));
}

runProgram(main);
