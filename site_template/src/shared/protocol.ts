// What the page and its reading worker call of each other (remote.ts).

import type { Backend } from "./backend.ts";
import type { Opened } from "./formats.ts";
import type { BundlePredictions } from "./predictions.ts";
import type { Turn } from "./film.ts";
import type { Finding } from "./reading.ts";
import type { StartProblem } from "./start_error.ts";

/** A file whose bytes are known before it is fetched. */
export interface Pinned {
  readonly address: string;
  readonly sha256: string;
}

/** Where the worker finds its files: addresses on the page's own origin, or base64 from inside standalone.html. */
export type Source =
  | { readonly kind: "http"; readonly bundle: string; readonly wasm: Readonly<Record<string, Pinned>> }
  | { readonly kind: "embedded" };

/** How one backend did on the bundle's parity cases; both null where another one was fast enough before its turn. */
export interface Trial {
  readonly backend: Backend;
  /** Median time of one film. */
  readonly milliseconds: number | null;
  /** Why it is passed over. */
  readonly problem: string | null;
}

/** What loading is busy with. Each report is a sign of life; `backend` is null before the first is tried. */
export type Loading = { readonly status: "loading"; readonly share: number } | { readonly status: "checking"; readonly backend: Backend | null };

/** A start that came to nothing. */
export interface Failed {
  readonly status: "failed";
  readonly why: StartProblem;
  /** The file that it was about; empty where it was about none. */
  readonly file: string;
  /** For bug reports. */
  readonly problem: string;
  readonly trials: readonly Trial[];
}

/** What came of loading: an engine, or why there is none that computes right. */
export type Loaded =
  | Failed
  | {
      readonly status: "ready";
      readonly backend: Backend;
      readonly trials: readonly Trial[];
      readonly tensors: number;
      /** Otherwise films must be sent as their bytes. */
      readonly readsBlobs: boolean;
    };

/** What may be tried, in this order; those that failed before are the last resort. */
export interface Backends {
  readonly backends: readonly Backend[];
  readonly lastResort: readonly Backend[];
}

/** The backend that an earlier visit found right with these files in this browser, and its time for one film. */
export interface Known {
  readonly backend: Backend;
  readonly milliseconds: number;
}

export interface HeatMap {
  /** The class that it speaks of. */
  readonly class_name: string;
  /** Evidence for it, the film's largest value 1; all 0 where there is none. */
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  /**
   * In log-odds: what the largest value adds to the class's, and from what on a place is in full colour, for every film alike. Null
   * for a bundle that does not say it: then a film's maps can be compared with no other's.
   */
  readonly units: { readonly peak: number; readonly full: number } | null;
}

export interface HowToRead {
  /** Also what would be refused. */
  readonly anyway: boolean;
  /** How the picture was turned, to be turned back first; null where it is as it came. */
  readonly turn: Turn | null;
}

/** A film on its way to the worker: as its bytes where the worker cannot read a Blob, opened where no browser can decode it. */
export type Picture = Blob | Uint8Array<ArrayBuffer> | ImageBitmap | Opened;

/** `path` begins with `bundle/` or `wasm/`. */
export interface KeptFile {
  readonly path: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** What came of reading a film. */
export interface Read {
  readonly finding: Finding;
  /** Whether it was memory that it did not get: alone, it might. */
  readonly isShortOfMemory: boolean;
}

/** How far a film has come. */
export interface Come {
  /** As its header says, and then as it was decoded. */
  readonly pixels?: number;
  /** Of the network's work; absent before it has the film. */
  readonly share?: number;
}

export type ReadingCalls = {
  /** A file that the page has, before `load`: base64 out of standalone.html, or bytes. */
  keep: { readonly input: KeptFile; readonly answer: void };
  /** Gets a backend ready while the network's files are still on their way; answered when it is, or cannot be, which `load` says. */
  prepare: { readonly input: { readonly backend: Backend; readonly source: Source }; readonly answer: void };
  /**
   * `sha256` is that of the bundle's metadata.json; `lastResort` are those of `backends` that are tried where no other is right.
   * `shares`: `files` will be asked for. `isBrief`: another worker has found everything right, and one case is enough.
   * `known`: one case is enough on that backend; where it is wrong, everything is checked on all of them.
   */
  load: {
    readonly input: { readonly source: Source; readonly sha256: string; readonly shares: boolean; readonly isBrief: boolean; readonly known: Known | null } & Backends;
    readonly answer: Loaded;
    readonly report: Loading;
  };
  /** Reports a film's pixels before it is decoded, and when the network is about to have it. Fails where the engine does. */
  read: {
    readonly input: { readonly picture: Picture } & HowToRead;
    readonly answer: Read & { readonly tensors: number };
    readonly report: Come;
  };
  /** Reports a film's pixels as well, and the share that is done where the graph has no heat map of its own, so that the film has to be covered bit by bit. */
  heatMap: { readonly input: { readonly picture: Picture; readonly turn: Turn | null }; readonly answer: HeatMap; readonly report: Come };
  /** Milliseconds that a film takes the network just now. */
  pace: { readonly input: null; readonly answer: number };
  /** What it was loaded from, for another worker. */
  files: { readonly input: null; readonly answer: readonly KeptFile[] };
  /** Null where the bundle has none. */
  predictions: { readonly input: null; readonly answer: BundlePredictions | null };
};

export type PageCalls = {
  /** Makes the bitmap of a picture, for a worker that cannot read a Blob. */
  bitmap: { readonly input: Uint8Array<ArrayBuffer>; readonly answer: ImageBitmap };
};
