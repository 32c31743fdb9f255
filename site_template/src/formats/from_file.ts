// What a decoder returns.

import type { Film } from "../shared/film.ts";
import type { GreyWindow } from "../shared/grey_window.ts";

/** A film's levels as seen through a window, out of all the greys in its file. */
export type SeenThrough = (window: GreyWindow) => Uint8Array<ArrayBuffer>;

export interface FromFile {
  readonly film: Film;
  /** Null where the film's own levels are all that there is to see. */
  readonly seenThrough: SeenThrough | null;
}
