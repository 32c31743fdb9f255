// The TensorFlow.js kernels that a network's graph calls, for the build to leave out all others.

import * as tf from "@tensorflow/tfjs-core";
import { OUTPUTS, type Engine } from "../engine.ts";

/** Runs the graph once on `input`, one film; the kernels do not depend on what it shows. */
export async function kernelsOf(engine: Engine, input: Float32Array): Promise<string[]> {
  const kernels = new Set<string>();
  await tf.setBackend(engine.backend);
  for (const output of OUTPUTS.filter((name) => engine.has(name))) {
    const info = await tf.profile(async () => {
      await engine.run(input, 1, [output]);
      return [];
    });
    for (const kernel of info.kernelNames) kernels.add(kernel);
  }
  // Names that end in __op are scopes of fused operations, not kernels.
  return [...kernels].filter((name) => !name.endsWith("__op")).sort();
}
