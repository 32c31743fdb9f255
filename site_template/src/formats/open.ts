// Opens what browsers cannot show, or not exactly.

import type { Film } from "../shared/film.ts";
import { shownThrough, type GreyWindow } from "../shared/grey_window.ts";
import { ReadingError } from "../shared/reading.ts";
import { isDicom, isTiff } from "../image/container.ts";
import { decodeDicom } from "./dicom/dicom.ts";
import { decodePng } from "./png.ts";
import { decodeTiff } from "./tiff.ts";

/**
 * Takes what image/container.ts finds to be for `formats`; with a window, the film is as seen through it. Throws a ReadingError
 * where the bytes cannot be read.
 */
export async function openFilm(bytes: Uint8Array<ArrayBuffer>, window: GreyWindow | null = null): Promise<Film> {
  try {
    const { film, seenThrough } = isDicom(bytes) ? await decodeDicom(bytes) : isTiff(bytes) ? await decodeTiff(bytes) : decodePng(bytes);
    if (window === null) return film;
    return { ...film, levels: seenThrough === null ? film.levels.map(shownThrough(window)) : seenThrough(window) };
  } catch (error) {
    // Decoders throw whatever they like, also numbers and strings: a broken file in every case.
    throw error instanceof ReadingError ? error : new ReadingError("unreadable", String(error));
  }
}
