// A shift of brightness that begins in the middle of a row of blocks and goes on: what changed bits leave, where the codes behind them happen to come out even.
//
// Each block's average is stored as its difference from the one before, so all that follow are shifted alike. The data's structure cannot tell, but the
// picture can: above this row behind the place, and above the next one before it, there is one and the same step, from one pixel to the next.

import type { Grey } from "../../shared/film.ts";
import { torn } from "../torn.ts";

/** Pixels of a JPEG's smallest unit, of one block or several. */
export interface Unit {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a stretch over which a step is averaged. */
const STRETCH = 8;
/** Grey levels that a step has at least. */
const LEAST = 4;
/** Of the stretches along either part of the seam, so many have the step. */
const ALONG = 0.8;
/** Grey levels, and a share of it, by which a step may be another. */
const [ABOUT, ABOUT_SHARE] = [1.5, 0.25];
/** Stretches that either part has at least: a step along a whole row is an edge. */
const SHORTEST = 4;
/** Of a row's stretches, so many may be between the two parts, which are themselves changed, and so many in both. */
const [GAP, OVERLAP] = [0.3, 0.08];
/** Of a row's stretches, so many must be neither black nor white, where nothing is seen of a shift. */
const SEEN = 0.4;
const [BLACK, WHITE] = [3, 252];

/** Throws a ReadingError, `damaged`, where the brightness of a decoded JPEG, as it is stored, has a seam. */
export function checkSeam({ width, height, levels }: Grey, unit: Unit): void {
  const count = Math.floor(width / STRETCH);
  if (count < 4 * SHORTEST) return;
  const half = count >> 1;
  let [here, next] = [new Float32Array(count), new Float32Array(count)];
  const fits = (y: number): boolean => y + 1 < height;
  if (fits(unit.height)) steps(levels, width, unit.height, next);
  for (let y = unit.height; fits(y + unit.height); y += unit.height) {
    [here, next] = [next, here];
    steps(levels, width, y + unit.height, next);
    for (const jump of [middleOf(here.subarray(half)), middleOf(next.subarray(0, half))]) {
      if (Math.abs(jump) >= LEAST && isSeam(here, next, jump)) throw torn("the picture is brighter or darker from one block on");
    }
  }
}

/** By stretch, how much more row `y` changes from the row above it than between the rows beside; NaN where it is black or white. */
function steps(levels: Uint8Array, width: number, y: number, to: Float32Array): void {
  let at = y * width;
  for (let index = 0; index < to.length; index += 1) {
    let sum = 0;
    let seen = 0;
    for (let x = 0; x < STRETCH; x += 1, at += 1) {
      const above = levels[at - width]!;
      const here = levels[at]!;
      if (above <= BLACK || above >= WHITE || here <= BLACK || here >= WHITE) continue;
      sum += 3 * (here - above) + levels[at - 2 * width]! - levels[at + width]!; // twice here − above − (above − aboveThat + below − here) / 2
      seen += 1;
    }
    to[index] = seen > STRETCH / 2 ? sum / 2 / seen : NaN;
  }
}

function isSeam(here: Float32Array, next: Float32Array, jump: number): boolean {
  const [behind, before] = [partOf(here, jump, true), partOf(next, jump, false)];
  const both = behind.length + before.length - here.length;
  return (
    Math.min(behind.alike, before.alike) >= SHORTEST && behind.alike + before.alike >= SEEN * here.length &&
    both >= -GAP * here.length && both <= OVERLAP * here.length
  );
}

/** Of those that are numbers; NaN where too few are, and where it is no step. */
function middleOf(values: Float32Array): number {
  let [seen, up, down] = [0, 0, 0];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    if (value >= LEAST) up += 1;
    else if (value <= -LEAST) down += 1;
    if (!Number.isNaN(value)) seen += 1;
  }
  // In nearly all rows: most of them are not sorted for it.
  if (seen < SHORTEST || (up < seen - (seen >> 1) && down <= seen >> 1)) return NaN;
  return values.filter((value) => !Number.isNaN(value)).sort()[seen >> 1]!;
}

/** From one end of a row, how far the step goes: up to the last place where enough stretches have it, and how many do. */
function partOf(steps: Float32Array, jump: number, fromEnd: boolean): { readonly length: number; readonly alike: number } {
  const about = ABOUT + Math.abs(jump) * ABOUT_SHARE;
  let [alike, seen] = [0, 0];
  let part = { length: 0, alike: 0 };
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[fromEnd ? steps.length - 1 - index : index]!;
    if (Number.isNaN(step)) continue;
    seen += 1;
    if (Math.abs(step - jump) > about) continue;
    alike += 1;
    if (alike >= seen * ALONG) part = { length: index + 1, alike };
  }
  return part;
}
