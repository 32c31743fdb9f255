// Turns and mirrors a picture as the orientation of its file says (EXIF and TIFF, tag 274).

import { withColours, type Film, type Grey } from "../shared/film.ts";

/** As it is stored. */
export const UPRIGHT = 1;

/** By an orientation 1–8; every other one leaves the picture as it is. */
export function upright(grey: Grey, orientation: number): Grey {
  if (orientation < 2 || orientation > 8) return grey;
  const swaps = orientation >= 5;
  const [width, height] = swaps ? [grey.height, grey.width] : [grey.width, grey.height];
  const levels = new Uint8Array(grey.levels.length);
  const mirrorsX = [2, 3, 7, 8].includes(orientation);
  const mirrorsY = [3, 4, 6, 7].includes(orientation);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [across, down] = swaps ? [y, x] : [x, y];
      const fromX = mirrorsX ? grey.width - 1 - across : across;
      const fromY = mirrorsY ? grey.height - 1 - down : down;
      levels[y * width + x] = grey.levels[fromY * grey.width + fromX]!;
    }
  }
  return { width, height, levels };
}

export function uprightFilm(film: Film, orientation: number): Film {
  return orientation === UPRIGHT ? film : { ...film, ...withColours(film, (grey) => upright(grey, orientation)) };
}
