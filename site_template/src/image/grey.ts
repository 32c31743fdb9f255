// Colours to grey by ITU-R 601 luma, in the integers of training/films/preprocessing.py.

import { newPlanes, type Planes } from "../shared/film.ts";

const RED = 19595;
const GREEN = 38470;
const BLUE = 7471;
const HALF = 0x8000;

/** A pixel whose red, green and blue differ by more is clearly in colour: a tinted scan stays below. */
const CLEARLY_COLOURED = 72;

/** The grey levels of a picture, its colours where they are wanted, and the share of its pixels that is clearly in colour. */
export interface Painted {
  readonly levels: Uint8Array<ArrayBuffer>;
  readonly planes: Planes | null;
  readonly colour: number;
}

export function luma(red: number, green: number, blue: number): number {
  return (red * RED + green * GREEN + blue * BLUE + HALF) >>> 16;
}

/**
 * Writes the luma of opaque RGBA pixels into `levels` from index `at`, and their colours into `planes`; greys stay the same.
 * Returns how many are clearly in colour.
 */
export function writeLuma(rgba: Uint8ClampedArray, levels: Uint8Array, at: number, planes: Planes | null = null): number {
  if (planes !== null) split(rgba, planes, at);
  // A whole pixel at a time, red in the lowest byte: nearly all pixels of a radiograph are grey.
  const aligned = rgba.byteOffset % 4 === 0 ? rgba : rgba.slice();
  const pixels = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  let coloured = 0;
  for (let from = 0; from < pixels.length; from += 1) {
    const pixel = pixels[from]!;
    const red = pixel & 255;
    if ((pixel & 0xffffff) === red * 0x010101) {
      levels[at + from] = red;
      continue;
    }
    const green = (pixel >> 8) & 255;
    const blue = (pixel >> 16) & 255;
    levels[at + from] = luma(red, green, blue);
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > CLEARLY_COLOURED) coloured += 1;
  }
  return coloured;
}

function split(rgba: Uint8ClampedArray, [reds, greens, blues]: Planes, at: number): void {
  for (let from = 0, to = at; from < rgba.length; from += 4, to += 1) {
    reds[to] = rgba[from]!;
    greens[to] = rgba[from + 1]!;
    blues[to] = rgba[from + 2]!;
  }
}

/** Paints a whole picture of opaque RGBA pixels. */
export function paint(rgba: Uint8ClampedArray, inColour: boolean): Painted {
  const pixels = rgba.length / 4;
  const levels = new Uint8Array(pixels);
  const planes = inColour ? newPlanes(pixels) : null;
  return { colour: writeLuma(rgba, levels, 0, planes) / pixels, levels, planes };
}
