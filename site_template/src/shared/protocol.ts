// The messages between the page and its worker.

import type { Backend } from "../engine/engine.ts";
import type { Finding } from "./reading.ts";

/** Where the worker finds its files: addresses on the page's own origin, or base64 from inside standalone.html. */
export type Source =
  | { readonly kind: "http"; readonly bundle: string; readonly wasm: Readonly<Record<string, string>> }
  | { readonly kind: "embedded" };

/** How one backend did on the bundle's parity cases; both null where another one was fast enough before its turn. */
export interface Trial {
  readonly backend: Backend;
  /** Median time of one film. */
  readonly milliseconds: number | null;
  /** Why it is passed over. */
  readonly problem: string | null;
}

export interface HeatMap {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
}

export type ToWorker =
  | { readonly type: "embedded"; readonly path: string; readonly base64: string }
  | { readonly type: "load"; readonly source: Source; readonly backends: readonly Backend[] }
  | { readonly type: "read"; readonly id: number; readonly picture: Blob | ImageBitmap }
  | { readonly type: "heatmap"; readonly id: number; readonly picture: Blob | ImageBitmap }
  | { readonly type: "abort"; readonly id: number };

export type FromWorker =
  | { readonly type: "progress"; readonly share: number }
  | { readonly type: "checking" }
  | { readonly type: "ready"; readonly backend: Backend; readonly trials: readonly Trial[]; readonly tensors: number }
  | { readonly type: "failed"; readonly problem: string; readonly trials: readonly Trial[] }
  | { readonly type: "finding"; readonly id: number; readonly finding: Finding; readonly tensors: number }
  | { readonly type: "heatmap"; readonly id: number; readonly heatMap: HeatMap | null }
  | { readonly type: "aborted"; readonly id: number };
