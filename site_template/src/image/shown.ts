// A film as small as a card shows it, made where it is opened, so that it need not be opened once more for that.

import type { Colourful, Shown } from "../shared/film.ts";
import { preview } from "./preview.ts";
import { resize } from "./resize.ts";

/** What JPEG leaves out is not seen in a card; whoever looks closer gets the film itself. */
const SMALL: ImageEncodeOptions = { type: "image/jpeg", quality: 0.9 };
/** Rather a little larger than wanted than once more made for a few pixels. */
const HARDLY_LARGER = 1.25;

/** Of `side` pixels at most; a film that is hardly larger stays as it is, without loss. */
export async function shownFilm(film: Colourful, side: number): Promise<Shown> {
  const longest = Math.max(film.width, film.height);
  if (longest <= side * HARDLY_LARGER) return { picture: await preview(film), isGrey: film.planes === null, longest };
  const [width, height] = [film.width, film.height].map((pixels) => Math.max(1, Math.round((pixels * side) / longest))) as [number, number];
  const shrunk = (levels: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(resize({ width: film.width, height: film.height, levels }, height, width, "whole"), Math.round);
  const [red, green, blue] = film.planes?.map(shrunk) ?? [];
  const planes = red && green && blue ? ([red, green, blue] as const) : null;
  return { picture: await preview({ width, height, levels: planes === null ? shrunk(film.levels) : planes[0], planes }, SMALL), isGrey: planes === null, longest };
}
