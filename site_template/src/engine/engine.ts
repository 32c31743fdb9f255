// What the rest of the page knows of a neural network engine: run named outputs, count tensors, dispose.

import type { BundleMetadata } from "../shared/metadata.ts";

export const BACKENDS = ["wasm", "webgl"] as const;
export type Backend = (typeof BACKENDS)[number];

/** The graph's outputs: `logit` [n, classes], `probability` [n, classes], `heatmap` [n, h, w], `ood_score` [n]. */
export const OUTPUTS = ["logit", "probability", "heatmap", "ood_score"] as const;
export type Output = (typeof OUTPUTS)[number];

export interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** The parts of model.json that the page looks at; the rest is the engine's. */
export interface ModelJson {
  readonly format?: string;
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly object[] }[];
  readonly signature: {
    readonly inputs: Readonly<Record<string, { readonly name: string }>>;
    readonly outputs: Readonly<Record<string, { readonly name: string }>>;
  };
}

/** What an engine is made of. `weights` are the shards of the manifest, joined in order. */
export interface Network {
  readonly metadata: BundleMetadata;
  readonly model: ModelJson;
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** Gives the bytes of `tfjs-backend-wasm.wasm` or `tfjs-backend-wasm-simd.wasm`. */
export type WasmBinary = (name: string) => Promise<Uint8Array<ArrayBuffer>>;

export interface Engine {
  readonly backend: Backend;

  /**
   * Computes the named outputs, and only their own branches of the graph.
   *
   * `input` holds `count` resized films [count, height, width, channels] in 0–255, before the bundle's scale and offset.
   */
  run(input: Float32Array, count: number, outputs: readonly Output[]): Promise<Map<Output, Values>>;

  /** Which outputs this graph has at all. */
  has(output: Output): boolean;

  /** How many tensors the engine holds; the same before and after every `run`. */
  tensors(): number;

  dispose(): void;
}
