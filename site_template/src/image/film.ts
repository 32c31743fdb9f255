// A film as every decoder hands it on: grey levels, and what its file says that people should hear of.

import type { Reason } from "../shared/reading.ts";
import type { Grey } from "./grey.ts";

/** Why a file says of itself that it is no frontal chest radiograph. */
export interface Concern {
  readonly reason: Reason;
  /** The word in the file, such as `CT`; empty where it is none that could be shown. */
  readonly seen: string;
}

export interface Film extends Grey {
  /** Pictures in the file, of which this is the first. */
  readonly frames: number;
  readonly concern: Concern | null;
}
