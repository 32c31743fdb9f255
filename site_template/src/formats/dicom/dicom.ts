// A DICOM file to grey: its header, the first frame, and the way to levels.

import type { Film } from "../../image/film.ts";
import type { Painted } from "../../image/grey.ts";
import { ReadingError } from "../../shared/reading.ts";
import { concernOf } from "./chest.ts";
import { headerOf, parse } from "./header.ts";
import { colour, monochrome, palette } from "./levels.ts";
import { firstFrame } from "./pixels.ts";

/** Throws a ReadingError where the file cannot be read; whatever a codec throws means the same. */
export async function decodeDicom(bytes: Uint8Array): Promise<Film> {
  const data = parse(bytes);
  const header = headerOf(data);
  const { rows: height, columns: width, frames, samples: perPixel, photometric } = header;
  const { samples, isYbr } = await firstFrame(data, header);
  const painted = (): Painted => {
    if (photometric === "PALETTE COLOR") return { levels: palette(samples, header.palette), colour: 0 };
    if (perPixel === 3) return colour(samples, header.bitsStored, isYbr);
    if (perPixel === 1) return { levels: monochrome(samples, header), colour: 0 };
    throw new ReadingError("unreadable", `${perPixel} samples for a pixel`);
  };
  return { width, height, ...painted(), frames, concern: concernOf(data) };
}
