// How a picture is turned, by the EXIF in its file. XMP is not looked at: no browser turns a picture by it, and none is to be read otherwise than people see it.
//
// Browsers differ in where they look for EXIF: all in a JPEG, some in a PNG, hardly any in a WebP. So they are given the file with its orientation
// taken back, and the page turns the picture itself, as Python does.

import { UPRIGHT } from "../image/upright.ts";
import { stands, viewOf } from "./format.ts";

/** EXIF: a TIFF without a picture, with or without its six letters before it. A file may have several, of which the first that has an orientation holds. */
export type Exif = readonly Uint8Array[];

const ORIENTATION = 274;
const [SHORT, LONG] = [3, 4];
const ENTRY_BYTES = 12;
export const EXIF_LETTERS = "Exif\0\0";

/** 1–8. What is no orientation counts as none. */
export function orientationOf(exif: Exif): number {
  const values = exif.map((part) => placeIn(part)?.value ?? 0);
  return values.find((value) => value >= 1 && value <= 8) ?? UPRIGHT;
}

/** Whether a decoder might turn the picture. */
export function turns(exif: Exif): boolean {
  return exif.some((part) => (placeIn(part)?.value ?? UPRIGHT) !== UPRIGHT);
}

/** Makes the orientations those of a picture that is upright as it is stored; the bytes are changed in place. */
export function takeBack(exif: Exif): void {
  for (const part of exif) {
    const place = placeIn(part);
    if (place === null) continue;
    viewOf(part)[place.isWide ? "setUint32" : "setUint16"](place.at, UPRIGHT, place.isLittle);
  }
}

interface Place {
  readonly at: number;
  readonly isLittle: boolean;
  readonly isWide: boolean;
  readonly value: number;
}

/** Null where there is none, or the way to it leads behind the end. */
function placeIn(part: Uint8Array): Place | null {
  const start = stands(part, EXIF_LETTERS) ? EXIF_LETTERS.length : 0;
  const [isLittle, isBig] = [stands(part, "II*\0", start), stands(part, "MM\0*", start)];
  if ((!isLittle && !isBig) || part.length < start + 8) return null;
  const view = viewOf(part);
  const directory = start + view.getUint32(start + 4, isLittle);
  if (directory + 2 > part.length) return null;
  const count = view.getUint16(directory, isLittle);
  for (let index = 0, entry = directory + 2; index < count && entry + ENTRY_BYTES <= part.length; index += 1, entry += ENTRY_BYTES) {
    if (view.getUint16(entry, isLittle) !== ORIENTATION) continue;
    const type = view.getUint16(entry + 2, isLittle);
    if ((type !== SHORT && type !== LONG) || view.getUint32(entry + 4, isLittle) !== 1) return null;
    const isWide = type === LONG;
    return { at: entry + 8, isLittle, isWide, value: view[isWide ? "getUint32" : "getUint16"](entry + 8, isLittle) };
  }
  return null;
}
