// A DICOM file to grey or colour: its header, the first frame, and the way to levels.

import type { Painted } from "../../image/grey.ts";
import { ReadingError } from "../../shared/reading.ts";
import type { DecodeOptions, FromFile } from "../from_file.ts";
import { populationOf } from "./age.ts";
import { concernOf } from "./header_rules.ts";
import { headerOf, parse } from "./header.ts";
import { colour, monochrome, palette, scaleOf } from "./levels.ts";
import { firstFrame } from "./pixels.ts";

/** Throws a ReadingError where the file cannot be read; whatever a codec throws means the same. */
export async function decodeDicom(bytes: Uint8Array, { rules, inColour, populations, onSize }: DecodeOptions): Promise<FromFile> {
  const parsed = parse(bytes);
  const header = headerOf(parsed);
  const { data } = parsed;
  const { rows: height, columns: width, frames, samples: perPixel, photometric } = header;
  onSize(width * height);
  const { samples, isYbr } = await firstFrame(data, header);
  const isGrey = perPixel === 1 && photometric !== "PALETTE COLOR";
  const painted = (): Painted => {
    if (isGrey) return { levels: monochrome(samples, header), planes: null, colour: 0 };
    if (perPixel === 1) return { ...palette(samples, header.palette, inColour), colour: 0 };
    if (perPixel === 3) return colour(samples, header.bitsStored, isYbr, inColour);
    throw new ReadingError("unreadable", `${perPixel} samples for a pixel`);
  };
  const population = populationOf(data, populations);
  return {
    film: { width, height, ...painted(), frames, concern: concernOf(data, rules), ...(population !== null && { population }) },
    ...(isGrey && { scale: () => scaleOf(samples, header) }),
    seenThrough: isGrey ? (window) => monochrome(samples, header, window) : null,
  };
}
