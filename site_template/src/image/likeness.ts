// Likeness of a film to the mean training film: by 8 × 8 grey levels, frames cut off, brightness and contrast aside.

import type { Grey, Turn } from "../shared/film.ts";
import { resize } from "./resize.ts";

/** Pixels of a side that a film is shrunk to first. */
const SHRUNK = 64;
/** Of large films only every second, third … row and column is used, so that at least this many are left. */
const LOOKED_AT = 256;
/** Grey levels of a side of the description. */
const SIDE = 8;
/** A row or column at the edge whose grey levels differ by at most this belongs to a frame. */
const FRAME_LEVELS = 4;

/** A description of at most this length, before it is scaled, is rounding errors alone. */
const BLANK = 0.5;


/** The whole film, squashed. */
export function shrink(film: Grey): Grey {
  const resized = resize(thinned(film), SHRUNK, SHRUNK, "whole");
  const levels = new Uint8Array(resized.length);
  // A plain loop, as in resize.ts: a function called for each level took longer than the resizing of a small film.
  for (let index = 0; index < resized.length; index += 1) levels[index] = Math.round(resized[index]!);
  return { width: SHRUNK, height: SHRUNK, levels };
}

function thinned(film: Grey): Grey {
  const [across, down] = [film.width, film.height].map((side) => Math.max(1, Math.trunc(side / LOOKED_AT))) as [number, number];
  if (across === 1 && down === 1) return film;
  const [width, height] = [Math.trunc(film.width / across), Math.trunc(film.height / down)];
  const levels = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, to += 1) levels[to] = film.levels[y * down * film.width + x * across]!;
  }
  return { width, height, levels };
}

/** A part of a film, each end given as a share of its side. */
export function part(film: Grey, top: number, bottom: number, left: number, right: number): Grey {
  return cut(film, Math.trunc(film.height * top), Math.trunc(film.height * bottom), Math.trunc(film.width * left), Math.trunc(film.width * right));
}

/** A film without the rows and columns of one grey at its edges; the whole film where hardly anything would be left. */
export function withoutFrame(film: Grey): Grey {
  const { width, height, levels } = film;
  const [top, bottom] = ends(levels, height, width, width, 1);
  const [left, right] = ends(levels, width, height, 1, width);
  return bottom - top < SIDE || right - left < SIDE ? film : cut(film, top, bottom, left, right);
}

/** Of `count` lines, each of `length` levels, the first whose levels differ and the one behind the last; both are 0 where none do. */
function ends(levels: Uint8Array, count: number, length: number, toNext: number, along: number): readonly [number, number] {
  let [first, end] = [0, 0];
  for (let line = 0; line < count; line += 1) {
    let [least, most] = [255, 0];
    for (let index = 0, at = line * toNext; index < length; index += 1, at += along) {
      const level = levels[at]!;
      if (level < least) least = level;
      if (level > most) most = level;
    }
    if (most - least <= FRAME_LEVELS) continue;
    if (end === 0) first = line;
    end = line + 1;
  }
  return [first, end];
}

/** A small film as numbers of mean 0 and length 1; all 0 where it is blank. */
export function describe(film: Grey): number[] {
  const levels = Array.from(resize(withoutFrame(film), SIDE, SIDE, "whole"));
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
  const length = Math.hypot(...levels.map((level) => level - mean));
  return levels.map((level) => (length > BLANK ? (level - mean) / length : 0));
}

/** From −1, its negative, to 1, the mean film itself. */
export function likeness(film: Grey, meanFilm: readonly number[]): number {
  return describe(film).reduce((sum, level, index) => sum + level * meanFilm[index]!, 0);
}

/** The film as it was before it was turned so. */
export function turnedBack({ width, height, levels }: Grey, turn: Turn): Grey {
  if (turn === "inverted") return { width, height, levels: levels.map((level) => 255 - level) };
  if (turn === "upside-down") return { width, height, levels: levels.slice().reverse() };
  const back = new Uint8Array(levels.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      // What lies on its right side stood upright before: its right column was the top row.
      const to = turn === "clockwise" ? (width - 1 - x) * height + y : x * height + (height - 1 - y);
      back[to] = levels[y * width + x]!;
    }
  }
  return { width: height, height: width, levels: back };
}

function cut(film: Grey, top: number, bottom: number, left: number, right: number): Grey {
  const [width, height] = [right - left, bottom - top];
  const levels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const from = (top + y) * film.width + left;
    levels.set(film.levels.subarray(from, from + width), y * width);
  }
  return { width, height, levels };
}
