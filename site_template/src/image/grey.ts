// Colours to grey by ITU-R 601 luma, in the integers of training/preprocessing.py.

const RED = 19595;
const GREEN = 38470;
const BLUE = 7471;
const HALF = 0x8000;

/** A decoded picture: 8-bit grey levels, row after row. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array<ArrayBuffer>;
}

/** Writes the luma of opaque RGBA pixels into `levels`, from index `at` on. Greys stay what they are. */
export function writeLuma(rgba: Uint8ClampedArray, levels: Uint8Array, at: number): void {
  for (let from = 0, to = at; from < rgba.length; from += 4, to += 1) {
    levels[to] = (rgba[from]! * RED + rgba[from + 1]! * GREEN + rgba[from + 2]! * BLUE + HALF) >>> 16;
  }
}
