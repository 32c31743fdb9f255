// Stored values to 8-bit grey or colour, by the rules of training/films/dicom.py.

import { mapped } from "../../shared/bytes.ts";
import { ReadingError } from "../../shared/reading.ts";
import { paint, type Painted } from "../../image/grey.ts";
import { shownThrough, type GreyWindow, type Scale } from "../../shared/grey_window.ts";
import type { Header, Window } from "./header.ts";
import type { Lut } from "./tables.ts";

export type Samples = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

type Picture = Pick<Header, "modality" | "voi" | "photometric" | "padding">;
/** Of shares, black is 0 and white 1; a window goes on beyond both. */
type Step = (value: number) => number;

/**
 * One sample for a pixel: modality, then VOI LUT, window or the frame's own range; MONOCHROME1 turned round.
 *
 * With a grey window, what that makes of them before they are rounded, and of what the file's own window cuts off.
 */
export function monochrome(values: Samples, { modality, voi, photometric, padding }: Picture, window: GreyWindow | null = null): Uint8Array<ArrayBuffer> {
  const [low, high] = rangeOf(values);
  const ignored = padding === null || rangeOf(values, padding)[0] === Infinity ? null : padding;
  const rescale: Step = "entries" in modality ? (value) => lookUp(modality, value) : (value) => value * modality.slope + modality.intercept;
  const share = voi === null ? ownRange(values, modality, rescale, ignored) : "entries" in voi ? throughLut(voi) : throughWindow(voi);
  const turns = photometric === "MONOCHROME1";
  const upright = (value: number): number => Math.floor(Math.min(1, Math.max(0, share(rescale(value)))) * 255 + 0.5);
  const shown = window === null ? null : shownThrough(window);
  const level = (value: number): number => {
    if (ignored !== null && value >= ignored[0] && value <= ignored[1]) return 0;
    if (shown === null) return turns ? 255 - upright(value) : upright(value);
    const exact = share(rescale(value)) * 255;
    return shown(turns ? 255 - exact : exact);
  };
  if (high - low >= 1 << 16) return mapped(values, level);
  const table = Uint8Array.from({ length: high - low + 1 }, (_, index) => level(low + index));
  return mapped(values, (value) => table[value - low]!);
}

/** What levels 0–255 are in rescaled values; null where a look-up table or a curve is in between. */
export function scaleOf(values: Samples, { modality, voi, photometric, padding, windows, unit }: Picture & Pick<Header, "windows" | "unit">): Scale | null {
  if ("entries" in modality || (voi !== null && ("entries" in voi || voi.shape === "SIGMOID"))) return null;
  const [low, high] = rangeOf(values, padding).map((value) => value * modality.slope + modality.intercept).sort((a, b) => a - b) as [number, number];
  if (!Number.isFinite(low) || !(high > low)) return null;
  const [black, white] = voi === null ? [low, high] : [voi.centre - voi.width / 2, voi.centre + voi.width / 2];
  const perLevel = (white - black) / 255;
  const others = windows.map(({ name, centre, width }) => ({ name, level: centre, width }));
  return photometric === "MONOCHROME1" ? { at0: white, perLevel: -perLevel, low, high, unit, windows: others } : { at0: black, perLevel, low, high, unit, windows: others };
}

/** Indices into a palette, to luma and colours. */
export function palette(values: Samples, luts: readonly Lut[], inColour: boolean): Pick<Painted, "levels" | "planes"> {
  if (luts.length !== 3) throw new ReadingError("unreadable", "the palette is missing");
  const [low, high] = rangeOf(values);
  const rgba = new Uint8ClampedArray((high - low + 1) * 4);
  for (let value = low; value <= high; value += 1) {
    luts.forEach((lut, colour) => {
      rgba[(value - low) * 4 + colour] = lookUp(lut, value) >> Math.max(0, lut.bits - 8);
    });
  }
  const { levels, planes } = paint(rgba, inColour);
  const drawn = (table: Uint8Array): Uint8Array<ArrayBuffer> => mapped(values, (value) => table[value - low]!);
  return { levels: drawn(levels), planes: planes && [drawn(planes[0]), drawn(planes[1]), drawn(planes[2])] };
}

/** Three samples for a pixel, side by side, to luma and colours; of more than 8 bits the upper 8. */
export function colour(values: Samples, bits: number, isYbr: boolean, inColour: boolean): Painted {
  const pixels = values.length / 3;
  const rgba = new Uint8ClampedArray(pixels * 4);
  const shift = Math.max(0, bits - 8);
  for (let from = 0, to = 0; to < rgba.length; from += 3, to += 4) {
    const [a, b, c] = [values[from]! >>> shift, values[from + 1]! >>> shift, values[from + 2]! >>> shift];
    if (isYbr) writeRgb(a, b - 128, c - 128, rgba, to);
    else {
      rgba[to] = a;
      rgba[to + 1] = b;
      rgba[to + 2] = c;
    }
  }
  return paint(rgba, inColour);
}

/** DICOM PS3.3 C.7.6.3.1.2, rounded and clipped. */
function writeRgb(y: number, cb: number, cr: number, rgba: Uint8ClampedArray, at: number): void {
  rgba[at] = Math.floor(y + 1.402 * cr + 0.5);
  rgba[at + 1] = Math.floor(y - (0.114 * 1.772) / 0.587 * cb - (0.299 * 1.402) / 0.587 * cr + 0.5);
  rgba[at + 2] = Math.floor(y + 1.772 * cb + 0.5);
}

/** The smallest and largest value; those of the padding are not counted. */
function rangeOf(values: Samples, padding: Header["padding"] = null): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  const [from, to] = padding ?? [Infinity, -Infinity];
  for (const value of values) {
    if (value >= from && value <= to) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function lookUp(lut: Lut, value: number): number {
  return lut.entries[Math.min(lut.entries.length - 1, Math.max(0, value - lut.first))]!;
}

/** For a file without window and VOI LUT: the frame's smallest value becomes black, its largest white; padding is not counted. */
function ownRange(values: Samples, modality: Header["modality"], rescale: Step, padding: Header["padding"]): Step {
  const isPicture = (value: number): boolean => padding === null || value < padding[0] || value > padding[1];
  // A rescale keeps the order of values, or turns it round; a look-up table may do anything.
  const ends = ("entries" in modality ? [...new Set(values)].filter(isPicture) : rangeOf(values, padding)).map(rescale);
  const [from, to] = [ends.reduce((a, b) => Math.min(a, b)), ends.reduce((a, b) => Math.max(a, b))];
  return to > from ? (value) => (value - from) / (to - from) : () => 0;
}

/** The range of the entries is that of the bits which the highest one takes: many say more than they have. */
function throughLut(lut: Lut): Step {
  let highest = 1;
  for (const entry of lut.entries) highest = Math.max(highest, entry);
  const whole = 2 ** (Math.floor(Math.log2(highest)) + 1) - 1;
  return (value) => lookUp(lut, Math.floor(value + 0.5)) / whole;
}

function throughWindow({ centre, width, shape }: Window): Step {
  if (shape === "SIGMOID") return (value) => 1 / (1 + Math.exp((-4 * (value - centre)) / width));
  const [middle, span] = shape === "LINEAR" ? [centre - 0.5, width - 1] : [centre, width];
  if (span === 0) return (value) => (value > middle ? 1 : 0);
  return (value) => (value - middle) / span + 0.5;
}
