// A film as every decoder hands it on: grey levels, and what its file says that people should know.

import type { Reason } from "./reading.ts";

/** A decoded picture: 8-bit grey levels, row after row. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array<ArrayBuffer>;
}

/** Why a film should not be read: by what its file says of itself, or by what the picture shows. */
export interface Concern {
  readonly reason: Reason;
  /** The word in the file, such as `CT`, empty where it cannot be shown; or a number. */
  readonly seen: string;
  /** The number that would have done; empty beside a word. */
  readonly expected: string;
}

export interface Film extends Grey {
  /** Number of pictures in the file, of which this is the first. */
  readonly frames: number;
  /** Share of its pixels that are clearly in colour. */
  readonly colour: number;
  readonly concern: Concern | null;
}
