// What a TIFF's numbers stand for: black and white, and how opaque a pixel is. training/films/tiff.py reads them alike.

import type { ImageFileDirectory } from "geotiff";
import { ReadingError } from "../../shared/reading.ts";

export type Values = Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

const [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE] = [0, 1, 2, 3];
/** ExtraSamples: what stands beside the colours says nothing of them, or is how opaque they are; they were multiplied by it already (1), or were not. */
const [UNSAID, OPACITY] = [0, 2];
const REVERSED = 2;
const DEEPEST = 16;

export interface Kind {
  readonly isGrey: boolean;
  /** White is zero. */
  readonly isTurned: boolean;
  /** Whether its numbers are levels as they are stored: grey, or red, green and blue. */
  readonly asStored: boolean;
  readonly bits: number;
  /** Of a pixel's numbers, the one that says how opaque it is; null where none does, or where they need nothing more for it. */
  readonly opacityAt: number | null;
}

/** Throws a ReadingError for a picture whose numbers would be a guess. */
export async function kindOf(directory: ImageFileDirectory): Promise<Kind> {
  const list = async (name: "BitsPerSample" | "ExtraSamples"): Promise<number[]> => {
    const value = (directory.hasTag(name) && (await directory.loadValue(name))) || [];
    return typeof value === "number" ? [value] : Array.from(value as ArrayLike<number>, Number);
  };
  const one = async (name: "PhotometricInterpretation" | "SamplesPerPixel" | "FillOrder"): Promise<number> =>
    Number((directory.hasTag(name) && (await directory.loadValue(name))) || 0);
  const [photometric, samples, bits] = [await one("PhotometricInterpretation"), (await one("SamplesPerPixel")) || 1, await list("BitsPerSample")];
  const isGrey = photometric === WHITE_IS_ZERO || photometric === BLACK_IS_ZERO;
  const [asStored, colours] = [isGrey || photometric === RGB, photometric === RGB ? 3 : 1];
  const [extra = OPACITY] = await list("ExtraSamples");
  const problem =
    new Set(bits).size !== 1 ? `samples of ${bits.join(", ")} bits`
    : samples < colours ? `${samples} samples for a colour`
    : (await one("FillOrder")) === REVERSED ? "the bits of its bytes stand the other way round"
    : !asStored && photometric !== PALETTE && bits[0] !== 8 ? `colours of ${bits[0]} bits`
    : !(extra >= UNSAID && extra <= OPACITY) ? `extra samples of kind ${extra}`
    : null;
  if (problem !== null) throw new ReadingError("unreadable", problem);
  const isOpacity = samples > colours && extra === OPACITY;
  return { isGrey, asStored, isTurned: photometric === WHITE_IS_ZERO, bits: bits[0]!, opacityAt: isOpacity ? colours : null };
}

/**
 * A number as 0–255, not rounded: whole ones without a sign, of up to 16 bits, go from black to white. Others have no white of their own: fractions
 * from 0 to 1 are shares, those to 255 levels, and otherwise the least and the greatest are black and white.
 */
export function levelOf(values: Values, bits: number): (value: number) => number {
  const isFraction = values instanceof Float32Array || values instanceof Float64Array;
  const isSigned = values instanceof Int8Array || values instanceof Int16Array || values instanceof Int32Array;
  if (!isFraction && !isSigned && bits <= DEEPEST) return (value) => (value * 255) / (2 ** bits - 1);
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (isFraction && low >= 0 && high <= 1) return (value) => value * 255;
  if (isFraction && low >= 0 && high <= 255) return (value) => value;
  return (value) => (high > low ? ((value - low) / (high - low)) * 255 : 0);
}

export function rounded(level: number): number {
  return Math.floor(Math.min(255, Math.max(0, level)) + 0.5);
}
