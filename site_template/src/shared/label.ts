// Which class is read: at the bundle's default operating point in the worker, at the chosen one on the page.

import type { ClassProbability, Finding } from "./reading.ts";

/** The positive class at its threshold or above, else the likeliest of the others. */
export function labelAt(probabilities: readonly ClassProbability[], positive: string, threshold: number): string {
  const ofPositive = probabilities.find(({ class_name: name }) => name === positive)!;
  if (ofPositive.probability >= threshold) return positive;
  const others = probabilities.filter((one) => one !== ofPositive);
  return others.reduce((best, other) => (other.probability > best.probability ? other : best)).class_name;
}

/** The same finding as another operating point reads it. What never reached the network stays as it is. */
export function findingAt(finding: Finding, point: { readonly name: string; readonly threshold: number }, positive: string): Finding {
  const { name: operating_point, threshold } = point;
  const label = finding.label === null ? null : labelAt(finding.probabilities, positive, threshold);
  return { ...finding, operating_point, threshold, label };
}
