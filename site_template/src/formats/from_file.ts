// What a decoder is asked for, and what it returns.

import type { Film } from "../shared/film.ts";
import type { PopulationAges } from "../shared/ages.ts";
import type { DicomRules } from "../shared/formats.ts";
import type { GreyWindow, Scale } from "../shared/grey_window.ts";

export interface DecodeOptions {
  /** Whether a film's colours are wanted beside its greys. */
  readonly inColour: boolean;
  /** What a DICOM header is held against; null allows every one. */
  readonly rules: DicomRules | null;
  /** Of which one is told by the age in a DICOM header. */
  readonly populations: readonly PopulationAges[];
  /** Told how many pixels the header says that there are, before they are decoded. */
  readonly onSize: (pixels: number) => void;
}

/** A film's levels as seen through a window, out of all the greys in its file. */
export type SeenThrough = (window: GreyWindow) => Uint8Array<ArrayBuffer>;

export interface FromFile {
  readonly film: Film;
  /** Null where the film's own levels are all that there is to see. */
  readonly seenThrough: SeenThrough | null;
  /** What its levels are in the file's values; null where they do not follow from them along a line. Absent: they are its levels. */
  readonly scale?: () => Scale | null;
}
