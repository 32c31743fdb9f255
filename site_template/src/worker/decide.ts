// What a probability means by the bundle's operating points. Python decides the same in training/decide.py.

import type { Bundle } from "../engine/bundle.ts";
import type { IndeterminateZone, Zone } from "../shared/reading.ts";

type Metadata = Pick<Bundle["metadata"], "class_names" | "positive_class" | "operating_points">;

/** The probability of the positive class from which on a film is read as positive. */
export function thresholdOf({ operating_points: points }: Metadata): number {
  return points[0]?.threshold ?? 0.5;
}

/** The class read: the positive one at its threshold or above, else the likeliest of the others. */
export function decide(metadata: Metadata, probability: readonly number[]): string {
  const { class_names: names, positive_class: positive } = metadata;
  if (probability[names.indexOf(positive)]! >= thresholdOf(metadata)) return positive;
  const others = names.map((name, index) => ({ name, probability: probability[index]! })).filter(({ name }) => name !== positive);
  return others.reduce((best, other) => (other.probability > best.probability ? other : best)).name;
}

/** Between the operating points `screening` and `rule-in`; null for a bundle that has not both. */
export function indeterminateZoneOf({ operating_points: points }: Metadata): IndeterminateZone | null {
  const [from, to] = ["screening", "rule-in"].map((wanted) => points.find(({ name }) => name === wanted)?.threshold);
  return from === undefined || to === undefined ? null : { from, to };
}

/** Where the positive class's probability lies. */
export function zoneOf(probability: number, zone: IndeterminateZone): Zone {
  if (probability < zone.from) return "ruled-out";
  return probability < zone.to ? "indeterminate" : "ruled-in";
}
