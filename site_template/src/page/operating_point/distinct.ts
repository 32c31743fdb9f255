// Operating points as they are shown: those that coincide, once.

import { pointOf } from "../../shared/decide.ts";
import type { OperatingPoint } from "../../shared/site.ts";
import type { PointsOf } from "../chosen_model.ts";
import type { Words } from "../words.ts";

export interface ShownPoint {
  /** Of the operating points that it stands for. */
  readonly names: readonly string[];
  readonly label: string;
  readonly help: string;
  /** Of the first of those whose it is. */
  readonly threshold: number;
}

/** All points of any of them; those with the same thresholds for everyone become one, which says so. */
export function distinctPoints(of: readonly Pick<PointsOf, "operating_points">[], words: Pick<Words, "text" | "list">): ShownPoint[] {
  const alike = new Map<string, OperatingPoint[]>();
  const points = of.flatMap(({ operating_points }) => operating_points);
  for (const point of points.filter(({ name }, index) => points.findIndex((one) => one.name === name) === index)) {
    const thresholds = of.map((one) => pointOf(one, point.name)?.threshold).join();
    alike.set(thresholds, [...(alike.get(thresholds) ?? []), point]);
  }
  return [...alike.values()].map(([first, ...others]) => ({
    names: [first!, ...others].map(({ name }) => name),
    label: words.list([first!, ...others].map(({ label }) => label)),
    help: others.length > 0 ? words.text("points-coincide") : first!.help,
    threshold: first!.threshold,
  }));
}

/** The one that stands for the operating point of this name, or else the default. */
export function shownAs(points: readonly ShownPoint[], name: string | null): ShownPoint {
  return points.find(({ names }) => names.some((one) => one === name)) ?? points[0]!;
}
