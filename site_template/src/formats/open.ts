// Opens what browsers cannot show, or not exactly.

import { UPRIGHT, uprightFilm } from "../image/upright.ts";
import { withColours, type Film } from "../shared/film.ts";
import { GREY_LEVELS, shownThrough, type GreyWindow, type Scale } from "../shared/grey_window.ts";
import { isOutOfMemory, ReadingError } from "../shared/reading.ts";
import { decodeDicom } from "./dicom/decode.ts";
import { dicom } from "./dicom/meta.ts";
import type { Format } from "./format.ts";
import type { DecodeOptions, FromFile } from "./from_file.ts";
import { checkWhole } from "./whole.ts";
import { asStored, formatOf } from "./known.ts";
import { decodePng } from "./png/decode.ts";
import { png } from "./png/meta.ts";
import { decodeTiff } from "./tiff/decode.ts";
import { tiff } from "./tiff/meta.ts";

/** What the levels of a file that `isDeep` are in its own values; null where that is not along a line. Throws whatever it likes. */
export async function scaleOfFile(bytes: Uint8Array<ArrayBuffer>, onSize: (pixels: number) => void): Promise<Scale | null> {
  const format = formatOf(bytes);
  const decode = format?.deep?.(bytes) ? DECODERS.get(format) : undefined;
  if (decode === undefined) throw new ReadingError("not-an-image");
  const { scale = () => GREY_LEVELS } = await decode(bytes, { rules: null, inColour: false, populations: [], onSize });
  return scale();
}

/** Throws whatever it likes where the file is broken. */
type Decode = (bytes: Uint8Array<ArrayBuffer>, options: DecodeOptions) => FromFile | Promise<FromFile>;

const DECODERS: ReadonlyMap<Format, Decode> = new Map<Format, Decode>([[dicom, decodeDicom], [tiff, decodeTiff], [png, decodePng]]);

/**
 * Opens a file that `isDeep`; with a window, the film is as seen through it, and with rules its DICOM header is held against them.
 * Throws a ReadingError where it cannot be read.
 */
export async function openFilm(bytes: Uint8Array<ArrayBuffer>, options: Partial<DecodeOptions> & { window?: GreyWindow | null }): Promise<Film> {
  const { window = null, rules = null, inColour = false, populations = [], onSize = () => {} } = options;
  try {
    const format = formatOf(bytes);
    const decode = format?.deep?.(bytes) ? DECODERS.get(format) : undefined;
    if (decode === undefined) throw new ReadingError("not-an-image");
    const pixels = format!.check?.(bytes) ?? 0;
    if (pixels > 0) onSize(pixels);
    await checkWhole(bytes);
    const { film: stored, seenThrough } = await decode(bytes, { rules, inColour, populations, onSize });
    const orientation = asStored(bytes).orientation ?? UPRIGHT;
    const film = uprightFilm(stored, orientation);
    if (window === null) return film;
    const shown = shownThrough(window);
    if (seenThrough !== null) return uprightFilm({ ...stored, levels: seenThrough(window) }, orientation);
    return { ...film, ...withColours(film, (grey) => ({ ...grey, levels: grey.levels.map(shown) })) };
  } catch (error) {
    // Decoders throw whatever they like, also numbers and strings: a broken file in every case.
    if (error instanceof ReadingError) throw error;
    throw new ReadingError(isOutOfMemory(error) ? "too-large" : "unreadable", String(error));
  }
}
