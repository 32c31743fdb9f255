// The messages between the page and its worker.

import type { Backend } from "./backend.ts";
import type { Opened } from "./formats.ts";
import type { GreyWindow } from "./grey_window.ts";
import type { BundlePredictions } from "./predictions.ts";
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

/** A film on its way to the worker: as its bytes where the worker cannot read a Blob. */
export type Picture = Blob | Uint8Array<ArrayBuffer> | ImageBitmap;

export type ToWorker =
  | { readonly type: "embedded"; readonly path: string; readonly base64: string }
  | { readonly type: "load"; readonly source: Source; readonly backends: readonly Backend[] }
  | { readonly type: "read"; readonly id: number; readonly picture: Picture; readonly anyway: boolean }
  | { readonly type: "heatmap"; readonly id: number; readonly picture: Picture }
  /** As seen through `window`, out of all the greys in the file. */
  | { readonly type: "preview"; readonly id: number; readonly picture: Picture; readonly window: GreyWindow | null }
  | { readonly type: "predictions"; readonly id: number }
  /** Answers `decode`; null where the bytes cannot be decoded. */
  | { readonly type: "decoded"; readonly id: number; readonly bitmap: ImageBitmap | null }
  /** Answers `open`. */
  | { readonly type: "opened"; readonly id: number; readonly opened: Opened }
  | { readonly type: "abort"; readonly id: number };

export type FromWorker =
  | { readonly type: "progress"; readonly share: number }
  | { readonly type: "checking" }
  /** Asks the page for the bitmap of a picture. */
  | { readonly type: "decode"; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Asks the page to have its second worker open a file. */
  | { readonly type: "open"; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer>; readonly window: GreyWindow | null }
  | {
      readonly type: "ready";
      readonly backend: Backend;
      readonly trials: readonly Trial[];
      readonly tensors: number;
      /** Otherwise films must be sent as their bytes. */
      readonly readsBlobs: boolean;
    }
  | { readonly type: "failed"; readonly problem: string; readonly trials: readonly Trial[] }
  | { readonly type: "finding"; readonly id: number; readonly finding: Finding; readonly tensors: number }
  | { readonly type: "heatmap"; readonly id: number; readonly heatMap: HeatMap | null }
  /** Null where the film cannot be decoded. */
  | { readonly type: "preview"; readonly id: number; readonly preview: Blob | null }
  /** Null where the bundle has none. */
  | { readonly type: "predictions"; readonly id: number; readonly predictions: BundlePredictions | null }
  | { readonly type: "aborted"; readonly id: number };
