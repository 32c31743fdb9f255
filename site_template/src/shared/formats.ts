// What the page calls of its formats worker, which opens what browsers cannot (remote.ts).

import type { PopulationAges } from "./ages.ts";
import type { Film } from "./film.ts";
import type { GreyWindow, Scale } from "./grey_window.ts";
import type { FileReason } from "./reading.ts";
import type { Sheet } from "./xlsx.ts";

/** What came of opening a file: a film, or why there is none; and how long it took. */
export type Opened = ({ readonly film: Film } | { readonly reason: FileReason }) & { readonly milliseconds: number };

/** A file out of a ZIP, or why it could not be unpacked. */
export type Unpacked = Uint8Array<ArrayBuffer> | FileReason;

/** What a DICOM file's header says before it is opened. */
export interface Sorted {
  /** Which study it belongs to; empty where it does not say. */
  readonly study: string;
  /** Null for what may be a film; else what it is (formats/dicom/sort.ts). */
  readonly other: string | null;
}

/** As many of a file's first bytes tell what a DICOM file is, but for a few that want the second. */
export const HEADER_BYTES = [1 << 14, 1 << 20] as const;

/** A file that is no film, and what it is: `not-a-film`, or as `Sorted.other` has it. */
export interface LeftOutFile {
  readonly name: string;
  readonly kind: string;
}

/** What came of a ZIP: its files that cannot be films, and why nothing came of it, or no more. */
export type Unzipped = { readonly leftOut: readonly LeftOutFile[]; readonly reason: FileReason | null };

/**
 * What a DICOM header must name for a film to be read without asking. `*` in a pattern stands for any characters; a header that
 * leaves a field out is allowed.
 */
export interface DicomRules {
  readonly modalities: readonly string[];
  readonly body_parts: readonly string[];
  /** Views that are not read. */
  readonly other_views: readonly string[];
}

export type FormatsCalls = {
  /** The call fails with a ReadingError where the file cannot be opened. Without rules every DICOM header is allowed. */
  open: {
    readonly input: {
      readonly bytes: Uint8Array<ArrayBuffer>; readonly rules: DicomRules | null; readonly inColour: boolean; readonly populations: readonly PopulationAges[];
      /** Pixels of the longer side of its picture; null where none is wanted. */
      readonly side: number | null;
    };
    readonly answer: Film;
    /** Its pixels, as soon as they are known. */
    readonly report: number;
  };
  /** A picture that browsers can show, as seen through a window out of all the greys in the file; in colour where it is. */
  preview: { readonly input: { readonly bytes: Uint8Array<ArrayBuffer>; readonly window: GreyWindow | null }; readonly answer: Blob; readonly report: number };
  /** What a film's levels are in the values of its file; null where they do not follow from them along a line. */
  scale: { readonly input: { readonly bytes: Uint8Array<ArrayBuffer> }; readonly answer: Scale | null; readonly report: number };
  /** A workbook as a file: the library that unpacks also packs, so it is written here. */
  workbook: { readonly input: readonly Sheet[]; readonly answer: Blob };
  /** What DICOM files are, by their first bytes; null for one of which more are wanted. */
  sort: {
    readonly input: { readonly files: readonly { readonly head: Uint8Array<ArrayBuffer>; readonly isWhole: boolean }[]; readonly rules: DicomRules | null };
    readonly answer: readonly (Sorted | null)[];
  };
  unzip: {
    readonly input: { readonly archive: Blob | Uint8Array<ArrayBuffer>; readonly rules: DicomRules | null };
    readonly answer: Unzipped;
    readonly report: { readonly name: string; readonly unpacked: Unpacked; readonly study: string };
  };
};
