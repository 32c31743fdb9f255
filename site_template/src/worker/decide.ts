// What a probability means by the bundle's operating points. Python decides the same in training/decide.py.

import type { Bundle } from "../engine/bundle.ts";
import { labelAt } from "../shared/label.ts";
import type { IndeterminateZone, Zone } from "../shared/reading.ts";

type Metadata = Pick<Bundle["metadata"], "class_names" | "positive_class" | "operating_points">;

/** The name of the default operating point; null where there is none. */
export function operatingPointOf({ operating_points: points }: Metadata): string | null {
  return points[0]?.name ?? null;
}

/** The probability of the positive class from which on a film is read as positive. */
export function thresholdOf({ operating_points: points }: Metadata): number {
  return points[0]?.threshold ?? 0.5;
}

/** The class read at the default operating point. */
export function decide(metadata: Metadata, probability: readonly number[]): string {
  const probabilities = metadata.class_names.map((class_name, index) => ({ class_name, probability: probability[index]! }));
  return labelAt(probabilities, metadata.positive_class, thresholdOf(metadata));
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
