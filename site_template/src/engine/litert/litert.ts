// The engine interface on LiteRT.js: a network of one film at a time, without heat maps, on WebAssembly with relaxed SIMD.

import { loadAndCompile, loadLiteRt, supportsFeature, Tensor, type CompiledModel } from "@litertjs/core";
import runtime from "@litertjs/core/wasm/litert_wasm_internal.js";
import { takeFile } from "../../bundle/bundle.ts";
import type { BundleMetadata } from "../../shared/metadata.ts";
import type { Backend } from "../../shared/backend.ts";
import type { Engine, EngineKind, Output, Values } from "../engine.ts";

const NETWORK = "network.tflite";
const WASM = "litert_wasm_internal.wasm";

export const litert: EngineKind = {
  runs: ({ files }) => files.has(NETWORK),
  wants: (path) => path === NETWORK || path === "parity.json" || path.startsWith("parity/"),
  prepare: async () => {},
  open(bundle) {
    const network = takeFile(bundle, NETWORK);
    return async (_backend, binary) => {
      if (!(await supportsFeature("relaxedSimd"))) throw new Error("this browser has no relaxed SIMD");
      await start(await binary(WASM));
      return new LiteRtEngine(bundle.metadata.image_converter, await loadAndCompile(network, { accelerator: "wasm" }));
    };
  },
  handicap: { wasm: 1, webgl: 1, litert: 1 },
};

/**
 * LiteRT.js fetches its runtime's script and binary by their addresses, and asks for a graphics device. Here the script is part of the
 * worker's, the binary was checked, and no device is wanted.
 */
async function start(wasmBinary: Uint8Array): Promise<void> {
  const noDevice = { requestAdapter: async () => ({ limits: {}, features: new Set(), requestDevice: async () => null }) };
  Object.defineProperty(navigator, "gpu", { value: noDevice });
  Object.assign(globalThis, { importScripts: () => {}, ModuleFactory: runtime, Module: { wasmBinary, print: () => {}, printErr: () => {} } });
  await loadLiteRt("litert_wasm_internal.js");
}

class LiteRtEngine implements Engine {
  readonly backend: Backend = "litert";
  readonly #converter: BundleMetadata["image_converter"];
  readonly #model: CompiledModel;
  readonly #outputs: ReadonlySet<string>;
  #tensors = 0;

  constructor(converter: BundleMetadata["image_converter"], model: CompiledModel) {
    this.#converter = converter;
    this.#model = model;
    this.#outputs = new Set(model.getOutputDetails().map(({ name }) => name));
  }

  async run(input: Float32Array, count: number, outputs: readonly Output[]): Promise<Map<Output, Values>> {
    const { height, width, channels, scale, offset } = this.#converter;
    const size = height * width * channels;
    const found = new Map<Output, { data: Float32Array; shape: number[] }>();
    for (let film = 0; film < count; film += 1) {
      const scaled = new Float32Array(size);
      for (let index = 0; index < size; index += 1) scaled[index] = input[film * size + index]! * scale + offset;
      for (const [name, { data, shape }] of await this.#one(scaled, [1, height, width, channels], outputs)) {
        const all = found.get(name) ?? { data: new Float32Array(count * data.length), shape: [count, ...shape.slice(1)] };
        all.data.set(data, film * data.length);
        found.set(name, all);
      }
    }
    return found;
  }

  has(output: Output): boolean {
    return this.#outputs.has(output);
  }

  tensors(): number {
    return this.#tensors;
  }

  dispose(): void {
    this.#model.delete();
  }

  async #one(film: Float32Array, shape: number[], outputs: readonly Output[]): Promise<Map<Output, Values>> {
    const image = new Tensor(film, shape);
    const made: Tensor[] = [image];
    this.#tensors += 1;
    try {
      const values = await this.#model.run({ image });
      made.push(...Object.values(values));
      this.#tensors += made.length - 1;
      return new Map(outputs.map((name) => {
        const value = values[name];
        if (value === undefined) throw new Error(`the network has no output \`${name}\``);
        return [name, { data: Float32Array.from(value.toTypedArray()), shape: Array.from(value.type.layout.dimensions) }];
      }));
    } finally {
      for (const tensor of made) tensor.delete();
      this.#tensors -= made.length;
    }
  }
}
