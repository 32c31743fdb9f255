// A photograph: more of it is in clear colour than letters and arrows drawn on a film take.

import type { FilmCheck } from "./check.ts";

const percent = (share: number): number => Math.round(share * 100);

export const colour: FilmCheck = {
  limit: "most_colour",
  reason: "colour-photograph",
  refuses({ film }, { most_colour: most }) {
    return most !== undefined && film.colour > most ? { seen: percent(film.colour), expected: percent(most) } : null;
  },
};
