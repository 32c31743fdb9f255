// What a film's probabilities mean at an operating point: the one place where a class is decided. Python: training/evaluation/operating_points.py.

import type { ClassProbability, Finding, IndeterminateZone, Zone } from "./reading.ts";

export interface Point {
  readonly name: string;
  /** The positive class is read at this probability or above. */
  readonly threshold: number;
}

/** Whose films are read by a calibration and thresholds of their own. */
export interface PopulationRule {
  readonly name: string;
  /** Null where the graph's own probabilities are taken. */
  readonly calibration: { readonly temperature: number; readonly offset?: number } | null;
  /** Names of the model's operating points, with thresholds of this population. */
  readonly operating_points: readonly Point[];
}

/** What of a model decides: its metadata.json has it, and so has the page's Site. */
export interface Rule {
  readonly positive_class: string;
  /** The first is the default; a name may stand several times, with the same threshold. */
  readonly operating_points: readonly Point[];
  /** None, or several, of which the first is the one that `operating_points` speaks of. */
  readonly populations?: readonly PopulationRule[];
}

/** By what a film is to be read. */
export interface Choice {
  /** A name; empty where it is not said whose film it is. */
  readonly population: string;
  /** The name of an operating point; the default one counts where this is null, or a population has none of this name. */
  readonly point: string | null;
}

/** What a film is read as. */
export interface Verdict {
  /** The class read; null for a film that never reached the network. */
  readonly label: string | null;
  /** Of the positive class; null for a film that never reached the network. */
  readonly probability: number | null;
  readonly probabilities: readonly ClassProbability[];
  /** The operating point whose threshold decided; null where the model has none, and the likeliest class is read. */
  readonly operating_point: string | null;
  /** One half where the model has no operating point, which of two classes is the same. */
  readonly threshold: number;
  /** Null where the model has no such operating points. */
  readonly indeterminate_zone: IndeterminateZone | null;
  /** Where the probability of the positive class lies against it; `indeterminate` also where populations differ. */
  readonly zone: Zone | null;
}

export interface PopulationVerdict extends Verdict {
  readonly population: string;
}

export interface Decision extends Verdict {
  /** Whose film it was read as: a name, empty where that is not said, null where the model reads all films alike. */
  readonly population: string | null;
  /** Where it is not said: by each of the model's populations. What else is here is by the first, but for `zone`. */
  readonly by_population: readonly PopulationVerdict[];
}

/** A finding with what was decided of it. */
export type Decided = Omit<Finding, keyof Decision> & Decision;

/** What users' scripts get (`window.plainfilm.classify`). */
export interface Reading extends Decided {
  /** The file's name; empty where a nameless picture was given. */
  readonly file: string;
  /** A plain sentence: the reading, or what is wrong. */
  readonly message: string;
}

const ONE_HALF = 0.5;
const DEFAULT: Choice = { population: "", point: null };

/**
 * Decides as it was chosen. Where it is not said whose film it is, every population reads it: it is indeterminate where they
 * differ, and the class is the first one's.
 */
export function decide(found: Pick<Finding, "probabilities" | "logit">, rule: Rule, { population, point }: Choice = DEFAULT): Decision {
  const { positive_class: positive, populations = [] } = rule;
  if (populations.length === 0) return { ...verdictOf(found.probabilities, positive, pointOf(rule, point), rule), population: null, by_population: [] };
  const by = (one: PopulationRule): Verdict => verdictOf(probabilitiesFor(found, positive, one), positive, pointOf(one, point), one);
  const said = populations.find(({ name }) => name === population);
  if (said !== undefined) return { ...by(said), population, by_population: [] };
  const each = populations.map((one) => ({ population: one.name, ...by(one) }));
  const { population: _, ...first } = each[0]!;
  return { ...first, zone: differ(each) ? "indeterminate" : first.zone, population: "", by_population: first.label === null ? [] : each };
}

/** Whether these read a film as different classes, or one leaves open what another does not. */
export function differ([first, ...others]: readonly Verdict[]): boolean {
  const isOpen = ({ zone }: Verdict): boolean => zone === "indeterminate";
  return others.some((other) => other.label !== first!.label || isOpen(other) !== isOpen(first!));
}

/** The point of this name, or else the default one; null where there are no operating points. */
export function pointOf<P extends Point>({ operating_points: points }: { readonly operating_points: readonly P[] }, name: string | null): P | null {
  return points.find((point) => point.name === name) ?? points[0] ?? null;
}

/** Softmax of logit / temperature, the offset added to the positive class's. */
function probabilitiesFor(
  { probabilities, logit }: Pick<Finding, "probabilities" | "logit">, positive: string, { calibration }: PopulationRule,
): readonly ClassProbability[] {
  if (calibration === null) return probabilities;
  const { temperature, offset = 0 } = calibration;
  const values = probabilities.map(({ class_name: name }, index) => logit[index]! / temperature + (name === positive ? offset : 0));
  const highest = Math.max(...values);
  const shares = values.map((value) => Math.exp(value - highest));
  const sum = shares.reduce((total, share) => total + share, 0);
  return probabilities.map(({ class_name }, index) => ({ class_name, probability: shares[index]! / sum }));
}

function verdictOf(probabilities: readonly ClassProbability[], positive: string, point: Point | null, points: Pick<Rule, "operating_points">): Verdict {
  const zone = indeterminateZoneOf(points);
  const threshold = point?.threshold ?? ONE_HALF;
  const undecided = { label: null, probability: null, probabilities, operating_point: point?.name ?? null, threshold, indeterminate_zone: zone, zone: null };
  const ofPositive = probabilities.find(({ class_name: name }) => name === positive);
  if (ofPositive === undefined) return undecided;
  const { probability } = ofPositive;
  const others = probabilities.filter((one) => one !== ofPositive);
  const likeliest = others.reduce((best, other) => (other.probability > best.probability ? other : best));
  return {
    ...undecided,
    probability,
    label: (probability >= (point === null ? likeliest.probability : threshold) ? ofPositive : likeliest).class_name,
    zone: zone === null ? null : zoneOf(probability, zone),
  };
}

/** Between the operating points `screening` and `rule-in`; null for a model that does not have both. */
function indeterminateZoneOf({ operating_points: points }: Pick<Rule, "operating_points">): IndeterminateZone | null {
  const [from, to] = ["screening", "rule-in"].map((wanted) => points.find(({ name }) => name === wanted)?.threshold);
  return from === undefined || to === undefined ? null : { from, to };
}

function zoneOf(probability: number, { from, to }: IndeterminateZone): Zone {
  if (probability < from) return "ruled-out";
  return probability < to ? "indeterminate" : "ruled-in";
}
