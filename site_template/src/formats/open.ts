// Opens what browsers cannot show, or not exactly.

import type { Film } from "../image/film.ts";
import { ReadingError } from "../shared/reading.ts";
import { isDicom, isTiff } from "../image/container.ts";
import { decodeDicom } from "./dicom/dicom.ts";
import { decodePng } from "./png.ts";
import { decodeTiff } from "./tiff.ts";

/** Takes what image/container.ts finds to be for `formats`. Throws a ReadingError where the bytes cannot be read. */
export async function openFilm(bytes: Uint8Array<ArrayBuffer>): Promise<Film> {
  try {
    if (isDicom(bytes)) return await decodeDicom(bytes);
    return isTiff(bytes) ? await decodeTiff(bytes) : decodePng(bytes);
  } catch (error) {
    // Decoders throw whatever they like, also numbers and strings: a broken file in every case.
    throw error instanceof ReadingError ? error : new ReadingError("unreadable", String(error));
  }
}
