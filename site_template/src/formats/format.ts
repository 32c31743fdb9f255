// What every format says of itself in its folder's meta.ts.

import type { Exif } from "./orientation.ts";

export interface Format {
  /** Its media type. */
  readonly type: string;
  /** Endings of its files' names, without the dot. */
  readonly endings: readonly string[];
  /** Those by which a system may offer the installed page to open a file: not the ones that other kinds of files have as well. */
  readonly opens: readonly string[];
  /** Whether a file is of this format, by at least its first HEAD_BYTES. */
  readonly begins: (head: Uint8Array) => boolean;
  /** Whether the formats worker opens it, by its first HEAD_BYTES: the browser cannot, or would show fewer greys. Absent: never. */
  readonly deep?: (head: Uint8Array) => boolean;
  /** Whether it says in its beginning that its picture is grey. Absent, or false: it may be. */
  readonly grey?: (head: Uint8Array) => boolean;
  /** Throws a ReadingError for a file that the browser must not decode: cut short, or too large. Returns its pixels, 0 where its header does not tell them. */
  readonly check?: (bytes: Uint8Array) => number;
  /** The file's EXIF. Absent: it has none, or whoever decodes it turns it. */
  readonly exif?: (bytes: Uint8Array) => Exif;
  /** Takes the orientation in the EXIF back, in place; absent where `takeBack` of orientation.ts is enough. */
  readonly takeBack?: (bytes: Uint8Array) => void;
}

/** As many of a file's first bytes as `begins` and `deep` look at. */
export const HEAD_BYTES = 132;

/** Whether these bytes, or the letters of a text, stand at a place. */
export function stands(bytes: Uint8Array, signature: readonly number[] | string, at = 0): boolean {
  const expected = typeof signature === "string" ? [...signature].map((letter) => letter.charCodeAt(0)) : signature;
  return expected.every((byte, index) => bytes[at + index] === byte);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
