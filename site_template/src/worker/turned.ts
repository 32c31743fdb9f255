// Whether a film is a negative, upside down or on its side: where it looks so, the network's own gate says whether it is.

import type { Bundle } from "../bundle/bundle.ts";
import type { Engine } from "../engine/engine.ts";
import { convert } from "../image/convert.ts";
import type { Concern, Grey } from "../shared/film.ts";
import { turnedBack, type Turn } from "../image/likeness.ts";
import type { Reason } from "../shared/reading.ts";
import { turnsOf } from "./film_checks.ts";

const REASON: Readonly<Record<Turn, Reason>> = {
  "inverted": "inverted", "upside-down": "upside-down", "clockwise": "sideways", "anticlockwise": "sideways",
};

/**
 * The turn that was seen; null for a film as it should be, and where the bundle does not say.
 *
 * `asItIs` is the film's ood_score. Turned back, it must pass the gate, and be much nearer to the training films.
 */
export async function turnOf(bundle: Bundle, engine: Engine, film: Grey, asItIs: number | null): Promise<Concern | null> {
  const { film_checks: checks, ood, image_converter: converter } = bundle.metadata;
  if (checks?.turned_share === undefined || ood === null || asItIs === null) return null;
  let [found, nearest]: [Turn | null, number] = [null, Math.min(checks.turned_share * asItIs, ood.threshold)];
  for (const turn of turnsOf(film, checks)) {
    const values = await engine.run(convert(turnedBack(film, turn), converter), 1, ["ood_score"]);
    const score = values.get("ood_score")!.data[0]!;
    if (score <= nearest) [found, nearest] = [turn, score];
  }
  return found === null ? null : { reason: REASON[found], seen: asItIs.toFixed(2), expected: nearest.toFixed(2) };
}
