// What a film's probabilities mean at an operating point: the one place where a class is decided. Python: training/evaluation/operating_points.py.

import type { Finding, IndeterminateZone, Zone } from "./reading.ts";

export interface Point {
  readonly name: string;
  /** The positive class is read at this probability or above. */
  readonly threshold: number;
}

/** What of a model decides: its metadata.json has it, and so has the page's Site. */
export interface Rule {
  readonly positive_class: string;
  /** The first is the default; a name may stand several times, with the same threshold. */
  readonly operating_points: readonly Point[];
}

export interface Decision {
  /** The class read; null for a film that never reached the network. */
  readonly label: string | null;
  /** The operating point whose threshold decided; null where the model has none, and the likeliest class is read. */
  readonly operating_point: string | null;
  /** One half where the model has no operating point, which of two classes is the same. */
  readonly threshold: number;
  /** Null where the model has no such operating points. */
  readonly indeterminate_zone: IndeterminateZone | null;
  /** Where the probability of the positive class lies against it. */
  readonly zone: Zone | null;
}

/** A finding with what was decided of it. */
export type Decided = Finding & Decision;

/** What users' scripts get (`window.plainfilm.classify`). */
export interface Reading extends Finding, Decision {
  /** The file's name; empty where a nameless picture was given. */
  readonly file: string;
  /** A plain sentence: the reading, or what is wrong. */
  readonly message: string;
}

const ONE_HALF = 0.5;

/** Decides at the chosen operating point, or at the model's default one; where it has none, the likeliest class is read. */
export function decide({ probabilities }: Pick<Finding, "probabilities">, rule: Rule, point: Point | null = defaultPoint(rule)): Decision {
  const zone = indeterminateZoneOf(rule);
  const threshold = point?.threshold ?? ONE_HALF;
  const undecided = { label: null, operating_point: point?.name ?? null, threshold, indeterminate_zone: zone, zone: null };
  const ofPositive = probabilities.find(({ class_name: name }) => name === rule.positive_class);
  if (ofPositive === undefined) return undecided;
  const others = probabilities.filter((one) => one !== ofPositive);
  const likeliest = others.reduce((best, other) => (other.probability > best.probability ? other : best));
  return {
    ...undecided,
    label: (ofPositive.probability >= (point === null ? likeliest.probability : threshold) ? ofPositive : likeliest).class_name,
    zone: zone === null ? null : zoneOf(ofPositive.probability, zone),
  };
}

/** Null for a model without operating points. */
export function defaultPoint({ operating_points: points }: Rule): Point | null {
  return points[0] ?? null;
}

/** Between the operating points `screening` and `rule-in`; null for a model that does not have both. */
function indeterminateZoneOf({ operating_points: points }: Rule): IndeterminateZone | null {
  const [from, to] = ["screening", "rule-in"].map((wanted) => points.find(({ name }) => name === wanted)?.threshold);
  return from === undefined || to === undefined ? null : { from, to };
}

function zoneOf(probability: number, { from, to }: IndeterminateZone): Zone {
  if (probability < from) return "ruled-out";
  return probability < to ? "indeterminate" : "ruled-in";
}
