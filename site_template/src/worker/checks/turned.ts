// Whether a film is a negative, upside down or on its side: where it looks so, the network's own OOD gate decides whether it is.

import type { Bundle } from "../../bundle/bundle.ts";
import type { Engine } from "../../engine/engine.ts";
import { convert } from "../../image/convert.ts";
import { likeness, turnedBack } from "../../image/likeness.ts";
import { TURNS, withColours, type Concern, type Turn } from "../../shared/film.ts";
import type { Limits, Picture } from "./check.ts";

const REASON: Readonly<Record<Turn, string>> = {
  "inverted": "inverted", "upside-down": "upside-down", "clockwise": "sideways", "anticlockwise": "sideways",
};

export const TURN_REASONS: readonly string[] = [...new Set(Object.values(REASON))];

/** The ways in which it may have been turned: turned back, it looks more like the mean film. */
export function turnsOf({ small }: Pick<Picture, "small">, { mean_film: meanFilm }: Limits): Turn[] {
  if (meanFilm === undefined) return [];
  const asItIs = likeness(small, meanFilm);
  return TURNS.filter((turn) => likeness(turnedBack(small, turn), meanFilm) > asItIs);
}

/** Of bundles that do not say it: export has always taken this part of the gate's threshold (MARGIN in export/ood.py). */
const WITHIN_SHARE = 1 / 1.5;

export interface SeenTurn {
  readonly turn: Turn;
  readonly concern: Concern;
  /** Whether it is, turned back, as near to the training films as validation films are: else it may be a picture of anything. */
  readonly isWellInside: boolean;
}

/**
 * The turn that was seen; null for a film as it should be, and where the bundle has no limit for it.
 *
 * `asItIs` is the film's ood_score. Turned back, it must pass the gate, and be much nearer to the training films.
 */
export async function turnOf(
  { metadata }: Pick<Bundle, "metadata">, engine: Engine, { film, small }: Picture, asItIs: number | null,
): Promise<SeenTurn | null> {
  const { film_checks: limits, ood, image_converter: converter } = metadata;
  if (limits?.turned_share === undefined || ood === null || asItIs === null) return null;
  let [found, nearest]: [Turn | null, number] = [null, Math.min(limits.turned_share * asItIs, ood.threshold)];
  for (const turn of turnsOf({ small }, limits)) {
    const values = await engine.run(convert(withColours(film, (grey) => turnedBack(grey, turn)), converter), 1, ["ood_score"]);
    const score = values.get("ood_score")!.data[0]!;
    if (score <= nearest) [found, nearest] = [turn, score];
  }
  if (found === null) return null;
  return { turn: found, concern: { reason: REASON[found], seen: "", expected: "" }, isWellInside: nearest <= (ood.within ?? ood.threshold * WITHIN_SHARE) };
}
