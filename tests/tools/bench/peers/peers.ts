// The bundle's network in TensorFlow.js and in other engines, side by side in one page: milliseconds of one film, in turns, and what each makes of it.

import { loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";
import * as onnx from "onnxruntime-web/wasm";
import { loadBundle } from "../../../../site_template/src/bundle/bundle.ts";
import { OUTPUTS, type Engine, type Output } from "../../../../site_template/src/engine/engine.ts";
import { engineFor } from "../../../../site_template/src/engine/engines.ts";
import { litert } from "../../../../site_template/src/engine/litert/litert.ts";

interface Given {
  readonly bundle: string;
  readonly wasm: Readonly<Record<string, string>>;
  readonly repeats: number;
  /** Which build of LiteRT.js: the first is the site's own second engine, the other is loaded as its makers mean it. */
  readonly build: string;
}

interface Compared {
  readonly times: Readonly<Record<string, readonly number[]>>;
  readonly logits: Readonly<Record<string, readonly number[]>>;
}

type Run = (film: Float32Array) => Promise<Float32Array>;

/** Films in a repeat, each of which is timed. */
const FILMS = 10;
const bytesAt = async (address: string): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await (await fetch(address)).arrayBuffer());

async function compare({ bundle: folder, wasm, repeats, build }: Given): Promise<Compared> {
  const bundle = await loadBundle((path) => bytesAt(folder + path));
  const { height, width, channels } = bundle.metadata.image_converter;
  const shape = [1, height, width, channels];
  const engine = await engineFor(bundle).open(bundle)("wasm", (name) => bytesAt(wasm[name]!));
  const kinds: Record<string, Run> = { "TensorFlow.js": ofOurs(engine, ["logit"]) };
  if (build === "relaxed SIMD") {
    bundle.files.set("network.tflite", await bytesAt("second.tflite"));
    const second = await litert.open(bundle)("litert", (name) => bytesAt(`litert/${name}`));
    const outputs = OUTPUTS.filter((name) => engine.has(name) && second.has(name));
    kinds["TensorFlow.js, all that reading takes"] = ofOurs(engine, outputs);
    kinds["LiteRT.js, relaxed SIMD, all that reading takes"] = ofOurs(second, outputs);
    kinds["onnxruntime-web"] = await ofOnnx(shape);
  } else kinds["LiteRT.js, plain SIMD"] = await ofPlainLiteRt(shape);
  const film = Float32Array.from({ length: height * width * channels }, (_, index) => (index * 7) % 256);
  const times: Record<string, number[]> = {};
  const logits: Record<string, number[]> = {};
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    for (const [name, run] of Object.entries(kinds)) {
      const taken: number[] = [];
      for (let index = 0; index < FILMS; index += 1) {
        const started = performance.now();
        logits[name] = Array.from(await run(film));
        taken.push(performance.now() - started);
      }
      if (repeat > 0) (times[name] ??= []).push(taken.sort((a, b) => a - b)[FILMS / 2]!);
    }
  }
  return { times, logits };
}

function ofOurs(engine: Engine, outputs: readonly Output[]): Run {
  return async (film) => (await engine.run(film, 1, outputs)).get("logit")!.data;
}

async function ofPlainLiteRt(shape: number[]): Promise<Run> {
  await loadLiteRt("litert/litert_wasm_compat_internal.js");
  const model = await loadAndCompile("network.tflite", { accelerator: "wasm" });
  return async (film) => {
    const input = new Tensor(film, shape);
    const [output] = await model.run(input);
    const data = (await output!.data()) as Float32Array;
    input.delete();
    output!.delete();
    return data;
  };
}

async function ofOnnx(shape: number[]): Promise<Run> {
  const at = (name: string): string => new URL(`onnx/${name}`, location.href).href;
  onnx.env.wasm.wasmPaths = { mjs: at("onnx.js"), wasm: at("onnx.wasm") };
  onnx.env.wasm.numThreads = 1;
  const session = await onnx.InferenceSession.create("network.onnx", { executionProviders: ["wasm"] });
  return async (film) => {
    const { logits } = await session.run({ image: new onnx.Tensor("float32", film, shape) });
    return logits!.data as Float32Array;
  };
}

Object.assign(globalThis, { compare });
