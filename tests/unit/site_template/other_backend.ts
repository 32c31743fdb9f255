// An engine before and after another backend was tried and given up, as JSON: node other_backend.cjs BUNDLE BINARIES

import * as tf from "../../../site_template/node_modules/@tensorflow/tfjs-core";
import { loadEngine } from "../../../site_template/src/node/load_engine.ts";

async function main(): Promise<void> {
  const [bundlePath, binaries] = process.argv.slice(2) as [string, string];
  const { bundle, engine } = await loadEngine(bundlePath, binaries);
  const { height, width, channels } = bundle.metadata.image_converter;
  const film = Float32Array.from({ length: height * width * channels }, (_, index) => index % 256);
  const found = async (): Promise<object> => {
    const [tensors, values] = [engine.tensors(), await engine.run(film, 1, ["logit"])];
    return { tensors, logit: [...values.get("logit")!.data] };
  };
  const [recorded, played] = [await found(), await found()];
  tf.registerBackend("other", () => Object.assign(new tf.KernelBackend(), { dispose: () => {} }));
  await tf.setBackend("other");
  tf.removeBackend("other");
  process.stdout.write(JSON.stringify([recorded, played, await found()]));
}

void main();
