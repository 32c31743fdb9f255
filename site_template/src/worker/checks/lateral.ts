// Whether a film was taken from the side: the network's own feature maps tell, by a read-out that comes with the bundle.

import type { Bundle } from "../../bundle/bundle.ts";
import type { Concern } from "../../shared/film.ts";

export const LATERAL_REASON = "lateral";

/** Asked of what the OOD gate lets in: hands and brains may score high as well. Null for a frontal film, and where the bundle has no such read-out. `score` is the film's lateral_score. */
export function lateralOf({ metadata: { lateral } }: Pick<Bundle, "metadata">, score: number | undefined): Concern | null {
  if (lateral === undefined || score === undefined || score <= lateral.threshold) return null;
  return { reason: LATERAL_REASON, seen: "", expected: "" };
}
