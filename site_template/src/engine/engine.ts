// What the rest of the page knows of a neural network engine: run named outputs, count tensors, dispose.

import type { Bundle } from "../bundle/bundle.ts";
import type { Backend } from "../shared/backend.ts";

/** The graph's outputs: `logit` [n, classes], `probability` [n, classes], `heatmap` [n, h, w], `heatmap_peak` [n, 1, 1], `ood_score` [n], `lateral_score` [n]. */
export const OUTPUTS = ["logit", "probability", "heatmap", "heatmap_peak", "ood_score", "lateral_score"] as const;
export type Output = (typeof OUTPUTS)[number];

export interface Values {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

export interface Engine {
  readonly backend: Backend;

  /**
   * Computes the named outputs, and only their own branches of the graph.
   *
   * `input` holds `count` resized films [count, height, width, channels] in 0–255, before the bundle's scale and offset.
   */
  run(input: Float32Array, count: number, outputs: readonly Output[]): Promise<Map<Output, Values>>;

  /** Whether this graph has the output at all. */
  has(output: Output): boolean;

  /** How many tensors the engine holds; the same before and after every `run`. */
  tensors(): number;

  dispose(): void;
}

/** Reads one of an engine's own binaries by its file name, such as a WebAssembly module; `progress` is called as it arrives. */
export type ReadBinary = (name: string, progress?: (bytes: number) => void) => Promise<Uint8Array<ArrayBuffer>>;

/** Throws where the browser lacks the backend or the backend lacks an operation of the network. */
export type CreateEngine = (backend: Backend, binary: ReadBinary) => Promise<Engine>;

/** A library that runs networks: a folder beside this file, and an entry in engines.ts, or a worker of its own. */
export interface EngineKind {
  /** Whether the bundle's files hold a network for it. */
  runs(bundle: Bundle): boolean;

  /** Whether a bundle's file is of use to it; other engines have networks of their own there. */
  wants(path: string): boolean;

  /** Gets a backend ready for `open`, before the bundle is here; never rejects. What goes wrong is said by the engine, which tries it again. */
  prepare(backend: Backend, binary: ReadBinary): Promise<void>;

  /** Takes the network's files out of the bundle. Throws a BundleError where they are not whole. */
  open(bundle: Bundle): CreateEngine;

  /** What a backend's time is multiplied by before the fastest is chosen. */
  readonly handicap: Readonly<Record<Backend, number>>;
}
