// A film as every decoder hands it on: grey levels, and what its file says that people should hear of.

import type { Reason } from "../shared/reading.ts";
import type { Grey } from "./grey.ts";

/** Why a film should not be read: by what its file says of itself, or by what the picture shows. */
export interface Concern {
  readonly reason: Reason;
  /** The word in the file, such as `CT`, empty where it is none that could be shown; or a number. */
  readonly seen: string;
  /** The number that would have done; empty beside a word. */
  readonly expected: string;
}

export interface Film extends Grey {
  /** Pictures in the file, of which this is the first. */
  readonly frames: number;
  /** Of its pixels, the share that is clearly in colour. */
  readonly colour: number;
  readonly concern: Concern | null;
}
