// Decodes a film to grey at its native size, and to its colours where a network takes them: EXIF orientation applied, colour profiles ignored, transparency over black.

import type { ToBitmap } from "../image/bitmap.ts";
import { inspect } from "../formats/inspect.ts";
import { checkWhole, paintWhole } from "../formats/whole.ts";
import { exifOf } from "../formats/jpeg/exif.ts";
import { mayBePainted } from "../formats/jpeg/meta.ts";
import { checkSeam } from "../formats/jpeg/seam.ts";
import type { Painted } from "../formats/jpeg/walk.ts";
import { asStored } from "../formats/known.ts";
import { orientationOf } from "../formats/orientation.ts";
import { writeLuma } from "../image/grey.ts";
import { checkBytes, checkSize } from "../image/size.ts";
import { UPRIGHT, uprightFilm } from "../image/upright.ts";
import { newPlanes, type Film } from "../shared/film.ts";
import type { Picture } from "../shared/protocol.ts";
import { ReadingError } from "../shared/reading.ts";

/** A film is drawn in strips of about this many pixels, so that no canvas is larger than phones allow. */
const STRIP_PIXELS = 1 << 21;

/** Bytes of a file that are read once more to let its decoder begin. */
const MOST_COPIED = 1 << 24;

/**
 * Throws a ReadingError where the picture cannot be decoded, or the formats worker could not open it. `onSize` is told the pixels that
 * its header promises, before the time that those take.
 */
export async function decode(picture: Picture, toBitmap: ToBitmap, inColour: boolean, onSize: (pixels: number) => void = () => {}): Promise<Film> {
  if (picture instanceof ImageBitmap) return drawn(picture, inColour);
  if ("film" in picture) return picture.film;
  if ("reason" in picture) throw new ReadingError(picture.reason);
  const bytes = picture instanceof Blob ? await bytesOf(picture) : picture;
  const { decoder, pixels } = inspect(bytes);
  if (decoder === "formats") throw new ReadingError("unreadable", "it was not opened by the formats worker");
  if (pixels > 0) onSize(pixels);
  // A grey film is painted while it is looked through; one in colour mostly shows it at its first units.
  const painted = mayBePainted(bytes) ? paintWhole(bytes) : null;
  if (painted !== null) return uprightFilm(ofGrey(painted), orientationOf(exifOf(bytes)));
  // Browsers decode on a thread of their own, while the bytes are looked through on this one; what that says counts before the decoder's word.
  const decoding = stand(bytes, toBitmap);
  decoding.catch(() => {});
  await taken(bytes);
  const unit = await checkWhole(bytes).catch((error: unknown) => {
    void decoding.then(({ bitmap }) => bitmap.close(), () => {});
    throw error;
  });
  const { bitmap, orientation } = await decoding;
  try {
    const film = drawn(bitmap, inColour);
    if (unit !== null) checkSeam(film, unit);
    return uprightFilm(film, orientation);
  } finally {
    bitmap.close();
  }
}

function ofGrey({ grey, unit }: Painted): Film {
  if (unit !== null) checkSeam(grey, unit);
  return { ...grey, planes: null, frames: 1, colour: 0, concern: null };
}

/**
 * Resolves about when a decoder that was given these bytes has them, for it is this thread that reads a Blob for it, in between. At once for a large
 * file, which is not to be copied once more for that.
 */
async function taken(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if (bytes.length <= MOST_COPIED) await new Blob([bytes]).arrayBuffer().catch(() => {});
}

interface Standing {
  readonly bitmap: ImageBitmap;
  /** By which it is still to be turned. */
  readonly orientation: number;
}

async function stand(bytes: Uint8Array<ArrayBuffer>, toBitmap: ToBitmap): Promise<Standing> {
  const stored = asStored(bytes);
  const bitmap = await toBitmap(stored.bytes).catch((error: unknown) => { throw unreadable(error); });
  return { bitmap, orientation: stored.orientation ?? UPRIGHT };
}

async function bytesOf(picture: Blob): Promise<Uint8Array<ArrayBuffer>> {
  checkBytes(picture.size);
  return new Uint8Array(await picture.arrayBuffer().catch((error: unknown) => { throw unreadable(error); }));
}

function unreadable(error: unknown): ReadingError {
  return new ReadingError("unreadable", error instanceof Error ? error.message : String(error));
}

function drawn(bitmap: ImageBitmap, inColour: boolean): Film {
  const { width, height } = bitmap;
  checkSize(width, height);
  const stripHeight = Math.min(height, Math.max(1, Math.floor(STRIP_PIXELS / width)));
  const context = new OffscreenCanvas(width, stripHeight).getContext("2d", { alpha: false, willReadFrequently: true });
  if (context === null) throw new ReadingError("unreadable", "this browser gave no canvas");
  // A canvas that is too large for this browser takes everything and shows nothing.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, stripHeight);
  if (context.getImageData(width - 1, stripHeight - 1, 1, 1).data[0] !== 255) throw new ReadingError("too-large", `no canvas of ${width}×${stripHeight}`);
  context.fillStyle = "black";
  const levels = new Uint8Array(width * height);
  const planes = inColour ? newPlanes(width * height) : null;
  let coloured = 0;
  for (let top = 0; top < height; top += stripHeight) {
    const rows = Math.min(stripHeight, height - top);
    context.fillRect(0, 0, width, stripHeight);
    context.drawImage(bitmap, 0, -top);
    coloured += writeLuma(context.getImageData(0, 0, width, rows).data, levels, top * width, planes);
  }
  return { width, height, levels, planes, frames: 1, colour: coloured / levels.length, concern: null };
}
