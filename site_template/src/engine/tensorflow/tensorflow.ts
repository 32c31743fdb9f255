// The engine interface on TensorFlow.js: a graph model on the WASM or the WebGL backend.

import "@tensorflow/tfjs-core/dist/base_side_effects";
import { MathBackendWebGL } from "@tensorflow/tfjs-backend-webgl";
import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import type { Backend } from "../../shared/backend.ts";
import type { Engine, EngineKind, Output, ReadBinary, Values } from "../engine.ts";
import { MODEL, networkOf, type Network } from "./network.ts";
import { Tape } from "./tape.ts";
import { wasmBackend } from "./wasm.ts";

export const tensorflow: EngineKind = {
  runs: ({ files }) => files.has(MODEL),
  wants: (path) => !path.endsWith(".tflite"),
  async prepare(backend, binary) {
    if (backend !== "wasm") return;
    await wasmBackend(binary).catch(() => {}); // the engine tries it again, and says what is wrong
  },
  open(bundle) {
    const network = networkOf(bundle);
    return (backend, binary) => createEngine(backend, network, binary);
  },
  // WASM needs no graphics driver and starts at once, so WebGL must take less than 0.7 of its time.
  handicap: { wasm: 1, webgl: 1 / 0.7, litert: 1 },
};

async function createEngine(backend: Backend, network: Network, binary: ReadBinary): Promise<Engine> {
  const isThere = backend !== "wasm" || (await wasmBackend(binary));
  if (!isThere || !(await tf.setBackend(backend))) throw new Error(`this browser has no ${backend}`);
  const model = loadGraphModelSync({
    modelTopology: network.model.modelTopology,
    weightSpecs: network.model.weightsManifest.flatMap((group) => group.weights) as tf.io.WeightsManifestEntry[],
    weightData: network.weights.buffer,
    signature: network.model.signature,
    ...(network.model.format === undefined ? {} : { format: network.model.format }),
  });
  return new TensorFlowEngine(backend, network, model);
}

class TensorFlowEngine implements Engine {
  readonly backend: Backend;
  readonly #network: Network;
  readonly #model: ReturnType<typeof loadGraphModelSync>;
  // This engine's own: while another backend is tried, or is given up, it is not TensorFlow.js's.
  readonly #memory = tf.backend();
  readonly #graphics = graphicsOf(this.#memory);
  readonly #weights: ReadonlySet<object>;
  /** By how many films it is for, and which outputs; null where a graph's run cannot be played again. */
  readonly #tapes = new Map<string, Tape | null>();
  /** Constants beside the weights that tapes hold. */
  readonly #held = new Set<object>();

  constructor(backend: Backend, network: Network, model: ReturnType<typeof loadGraphModelSync>) {
    this.backend = backend;
    this.#network = network;
    this.#model = model;
    this.#weights = new Set(Object.values(model.weights).flatMap((tensors) => tensors.map(({ dataId }) => dataId)));
  }

  async run(input: Float32Array, count: number, outputs: readonly Output[]): Promise<Map<Output, Values>> {
    this.#graphics.check();
    if (tf.getBackend() !== this.backend) await tf.setBackend(this.backend);
    const { height, width, channels, scale, offset } = this.#network.converter;
    const scaled = new Float32Array(input.length);
    for (let index = 0; index < scaled.length; index += 1) scaled[index] = input[index]! * scale + offset;
    const shape: [number, number, number, number] = [count, height, width, channels];
    const key = [count, ...outputs].join();
    const tape = this.#tapes.get(key);
    if (tape) return valuesOf(outputs, tape.play(scaled, shape));
    const tensors = tf.tidy(() => {
      const image = tf.tensor4d(scaled, shape);
      const run = (): tf.Tensor[] => {
        const result = this.#model.execute({ [this.#inputName()]: image }, outputs.map((name) => this.#outputName(name)));
        return Array.isArray(result) ? result : [result];
      };
      if (this.backend !== "wasm" || tape === null) return run();
      const recorded = Tape.record(image, run);
      this.#tapes.set(key, recorded.tape);
      recorded.tape?.constants.forEach((dataId) => this.#weights.has(dataId) || this.#held.add(dataId));
      return recorded.tensors;
    });
    try {
      // Where the graphics context is lost, TensorFlow.js waits for ever, or reads zeros.
      const values = await Promise.race([Promise.all(tensors.map((tensor) => tensor.data())), this.#graphics.lost]);
      this.#graphics.check();
      return valuesOf(outputs, tensors.map(({ shape }, index) => ({ data: values[index]!, shape })));
    } finally {
      tf.dispose(tensors);
    }
  }

  has(output: Output): boolean {
    return output in this.#network.model.signature.outputs;
  }

  tensors(): number {
    // By the backend: a tape makes tensors without TensorFlow.js's books. What it holds for good is counted with the network.
    return this.#memory.numDataIds() - this.#held.size;
  }

  dispose(): void {
    this.#model.dispose();
    tf.removeBackend(this.backend);
  }

  #inputName(): string {
    const input = this.#network.model.signature.inputs["image"];
    if (input === undefined) throw new Error("the model's signature has no input `image`");
    return input.name;
  }

  #outputName(output: Output): string {
    const found = this.#network.model.signature.outputs[output];
    if (found === undefined) throw new Error(`the model's signature has no output \`${output}\``);
    return found.name;
  }
}

/** As float32, whatever type an output has in the graph. */
function valuesOf(outputs: readonly Output[], values: readonly { readonly data: ArrayLike<number>; readonly shape: readonly number[] }[]): Map<Output, Values> {
  return new Map(outputs.map((name, index) => [name, { data: Float32Array.from(values[index]!.data), shape: values[index]!.shape }]));
}

/** What may go away from under a backend. */
interface Graphics {
  /** Rejects when it does. */
  readonly lost: Promise<never>;
  /** Throws when it has. */
  check(): void;
}

function graphicsOf(backend: unknown): Graphics {
  if (!(backend instanceof MathBackendWebGL)) return { lost: new Promise(() => {}), check: () => {} };
  const { gl } = backend.gpgpu;
  const error = (): Error => new Error("the graphics context was lost");
  const lost = new Promise<never>((_, reject) => gl.canvas.addEventListener("webglcontextlost", () => reject(error())));
  lost.catch(() => {}); // also while nothing runs
  const check = (): void => {
    if (gl.isContextLost()) throw error();
  };
  return { lost, check };
}
