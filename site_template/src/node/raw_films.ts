// Decoded films that Python hands over: FILMS.json, a list of {width, height, channels}, and FILMS.raw, all their bytes.

import { readFile } from "node:fs/promises";
import type { Film } from "../shared/film.ts";
import { paint } from "../image/grey.ts";

/** Films of one channel are grey, of three red, green and blue side by side. */
export async function rawFilms(path: string): Promise<Film[]> {
  const shapes = JSON.parse(await readFile(`${path}.json`, "utf8")) as { width: number; height: number; channels: number }[];
  const bytes = await readFile(`${path}.raw`);
  let at = 0;
  return shapes.map(({ width, height, channels }) => {
    const size = width * height;
    const raw = bytes.subarray(at, (at += size * channels));
    if (channels === 1) return { width, height, levels: new Uint8Array(raw), planes: null, frames: 1, colour: 0, concern: null };
    const rgba = new Uint8ClampedArray(size * 4);
    for (let pixel = 0; pixel < size; pixel += 1) rgba.set(raw.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    return { width, height, ...paint(rgba, true), frames: 1, concern: null };
  });
}
