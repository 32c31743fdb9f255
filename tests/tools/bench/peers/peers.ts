// The bundle's network in TensorFlow.js and in LiteRT.js, side by side in one page: milliseconds of one film, in turns.

import { loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";
import { loadBundle } from "../../../../site_template/src/bundle/bundle.ts";
import { engineFor } from "../../../../site_template/src/engine/engines.ts";

interface Given {
  readonly bundle: string;
  readonly wasm: Readonly<Record<string, string>>;
  readonly repeats: number;
}

/** Films in a repeat, each of which is timed. */
const FILMS = 10;
const bytesAt = async (address: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await (await fetch(address)).arrayBuffer());

async function compare({ bundle: folder, wasm, repeats }: Given): Promise<Record<string, number[]>> {
  const bundle = await loadBundle((path) => bytesAt(folder + path));
  const { height, width, channels } = bundle.metadata.image_converter;
  const engine = await engineFor(bundle).open(bundle)("wasm", (name) => bytesAt(wasm[name]!));
  await loadLiteRt("litert/");
  const model = await loadAndCompile("network.tflite", { accelerator: "wasm" });
  const film = Float32Array.from({ length: height * width * channels }, (_, index) => (index * 7) % 256);
  const kinds: Record<string, () => Promise<unknown>> = {
    "TensorFlow.js, WASM": () => engine.run(film, 1, ["logit", "probability"]),
    "LiteRT.js, WASM": async () => {
      const input = new Tensor(film, [1, height, width, channels]);
      const [output] = await model.run(input);
      const data = await output!.data();
      input.delete();
      output!.delete();
      return data;
    },
  };
  const times: Record<string, number[]> = {};
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    for (const [name, run] of Object.entries(kinds)) {
      const taken: number[] = [];
      for (let film = 0; film < FILMS; film += 1) {
        const started = performance.now();
        await run();
        taken.push(performance.now() - started);
      }
      if (repeat > 0) (times[name] ??= []).push(taken.sort((a, b) => a - b)[FILMS / 2]!);
    }
  }
  return times;
}

Object.assign(globalThis, { compare });
