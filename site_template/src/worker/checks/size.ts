// Too small a picture: a thumbnail.

import type { FilmCheck } from "./check.ts";

export const size: FilmCheck = {
  limit: "smallest_side",
  reason: "too-small",
  refuses({ film }, { smallest_side: smallest }) {
    const seen = Math.min(film.width, film.height);
    return smallest !== undefined && seen < smallest ? { seen, expected: smallest } : null;
  },
};
