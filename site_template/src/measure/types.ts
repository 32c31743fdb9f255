// What "Measure it here" is asked and answers. Pure data: all of it crosses the border of the measuring worker.

import type { Dialect } from "../shared/csv.ts";
import type { Share } from "../shared/site.ts";

/** A film whose class the visitor said. */
export interface Case {
  /** Its name, with its folders; unlike every other's. */
  readonly file: string;
  /** Whether it is of the positive class. */
  readonly label: 0 | 1;
  /** The calibrated probability of the positive class; null where the film was refused. */
  readonly score: number | null;
  /** Why it was refused; null where it was read. */
  readonly refused: string | null;
  /** Where something other than the options' threshold decided (a population's own, the likeliest class): whether it was read as positive. */
  readonly read?: boolean;
  readonly patient?: string;
  /** By what films can be told apart: a folder, a column, what the film says itself. */
  readonly groups: Readonly<Record<string, string>>;
  /** Marked as labelled doubtfully or poor: still counted, and figures without such films stand beside. */
  readonly doubtful: boolean;
}

/** How refused films count: not at all; as read as positive, for somebody looks at them; or as read wrongly. */
export type RefusedAs = "left-out" | "positive" | "wrong";
export const REFUSED_AS: readonly RefusedAs[] = ["left-out", "positive", "wrong"];

export interface Options {
  /** A film is read as positive at this probability or above. */
  readonly threshold: number;
  /** The share, 0–1, for which PPV and NPV are told; null: that of the films. */
  readonly prevalence: number | null;
  readonly refused: RefusedAs;
  readonly resamples: number;
  readonly seed: number;
  /** The AUROC on the model's own test films, for the verdict. */
  readonly own?: Share | null;
}
export const RESAMPLES = 2000;
export const SEED = 2020;

/**
 * Where an interval comes from: resampled patients or films (percentiles), Wilson's formula by films, or by patients where resampling
 * says nothing (a share of 0 or 1), Bayes' rule from the ends of sensitivity and specificity, or robust standard errors.
 */
export type Method = "bootstrap-patients" | "bootstrap-films" | "wilson" | "wilson-patients" | "bayes" | "robust";

/** A figure with its 95 % interval. Null: not defined for these films. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Films that it is of. */
  readonly n: number;
  readonly method: Method | null;
}

export interface Matrix {
  readonly truePositives: number;
  readonly falseNegatives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
}

/** What depends on how refused films count. */
export interface Performance {
  readonly n: number;
  readonly positive: number;
  readonly others: number;
  /** Fewer than `ENOUGH` films of a class. */
  readonly tooFew: boolean;
  readonly auroc: Estimate;
  readonly averagePrecision: Estimate;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  readonly accuracy: Estimate;
  /** At the options' prevalence. */
  readonly ppv: Estimate;
  readonly npv: Estimate;
  readonly matrix: Matrix;
}
export const ENOUGH = 30;

export interface Refusals {
  readonly rate: Estimate;
  /** The commonest first. */
  readonly byReason: readonly { readonly reason: string; readonly rate: Estimate; readonly count: number; readonly positive: number; readonly others: number }[];
  readonly ofPositive: Estimate;
  readonly ofOthers: Estimate;
}

/** Films whose probability lies in [from, to); the last bin includes 1. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly positive: number;
  readonly others: number;
  readonly meanProbability: number | null;
  readonly observed: Estimate;
}

/** How well probabilities fit. */
export interface Fit {
  readonly ece: number;
  /** Nats per film. */
  readonly logLoss: number;
  readonly brier: number;
}

/** What a temperature and an offset of one's own would be: p = 1 / (1 + exp(−(logit / temperature + offset))). */
export interface Recalibration {
  readonly temperature: number;
  readonly offset: number;
  readonly folds: number;
  /** Of every film by a temperature and offset that the other folds gave. */
  readonly wouldBe: Fit;
}

/** Of the films that were read. */
export interface Calibration {
  readonly n: number;
  readonly now: Fit;
  readonly ece: Estimate;
  /** Fifteen, of equal width; those without films too. */
  readonly bins: readonly ReliabilityBin[];
  /** How much too low the log-odds are on the whole; 0 is right. */
  readonly inTheLarge: Estimate;
  /** 1 is right; below, probabilities are too extreme. */
  readonly slope: Estimate;
  /** Null where the films are too few for folds of both classes. */
  readonly own: Recalibration | null;
}

export interface CurvePoint {
  /** A film is read as positive at this probability or above; null: none is. */
  readonly threshold: number | null;
  readonly sensitivity: number;
  readonly specificity: number;
  /** At the prevalence; null where no film is read so. */
  readonly ppv: number | null;
  readonly npv: number | null;
  /** The share of the films read as positive that are. */
  readonly precision: number | null;
}

export type Verdict =
  | "no-films"
  /** All films are of one class. */
  | "one-class"
  | "too-few"
  /** Surely worse than guessing: labels may be swapped. */
  | "backwards"
  /** Not surely better than guessing. */
  | "chance"
  /** Surely worse than on its own test films. */
  | "worse"
  /** Not surely worse than those. */
  | "alike"
  /** Nothing is known of its own test films. */
  | "better-than-chance";

/** Everything that is said of labelled films; the Performance is that of `options.refused`. */
export interface Measured extends Performance {
  readonly options: Options;
  readonly films: number;
  readonly read: number;
  readonly doubtful: number;
  /** Null where not every film's patient is known. */
  readonly patients: number | null;
  readonly verdict: Verdict;
  readonly ways: Readonly<Record<RefusedAs, Performance>>;
  /** Without the doubtful films; null where there are none. */
  readonly withoutDoubtful: Performance | null;
  readonly refusals: Refusals;
  /** Null where no film was read. */
  readonly calibration: Calibration | null;
  /** From the threshold at which no film is read as positive to the lowest score; empty without both classes. */
  readonly curve: readonly CurvePoint[];
}

export interface ThresholdOptions extends Pick<Options, "resamples" | "seed"> {
  /** The least sensitivity, above 0 and at most 1. */
  readonly sensitivity: number;
}

/** A rate at a threshold that was chosen on the same films. */
export interface Chosen {
  /** As measured on the films that chose the threshold, so too good. */
  readonly apparent: number;
  /** By how much, on average over resamples (Efron 1983; Harrell 1996); null where too few of them have both classes. */
  readonly optimism: number | null;
  /** Apparent less optimism; the interval is that at this threshold, moved by as much. */
  readonly corrected: Estimate;
}

/** The highest threshold that keeps the sensitivity. */
export interface OwnThreshold {
  readonly wanted: number;
  readonly threshold: number;
  readonly n: number;
  readonly positive: number;
  readonly patients: number | null;
  readonly tooFew: boolean;
  readonly sensitivity: Chosen;
  readonly specificity: Chosen;
}

export interface Subgroup {
  readonly value: string;
  readonly measured: Measured;
}

export interface CompareOptions extends Pick<Options, "resamples" | "seed"> {
  readonly thresholds: readonly [number, number];
}

export interface Difference {
  readonly file: string;
  readonly label: 0 | 1;
  readonly scores: readonly [number, number];
  readonly read: readonly [boolean, boolean];
}

/** Two models on the same films: those that both read, but for `refused`. */
export interface Comparison {
  readonly n: number;
  readonly positive: number;
  readonly others: number;
  readonly tooFew: boolean;
  readonly refused: { readonly first: number; readonly second: number; readonly both: number };
  readonly agreement: Estimate;
  /** Cohen 1960. */
  readonly kappa: Estimate;
  readonly auroc: readonly [Estimate, Estimate];
  /** First less second. */
  readonly aurocDifference: Estimate;
  readonly sensitivityDifference: Estimate;
  readonly specificityDifference: Estimate;
  /** The largest difference of scores first. */
  readonly differ: readonly Difference[];
}

/** What stands in what is saved, in the page's words. */
export interface About {
  readonly language: string;
  readonly model: { readonly name: string; readonly title: string; readonly sha256: string };
  /** Of Plainfilm. */
  readonly version: string;
  /** ISO 8601, of the day. */
  readonly date: string;
  readonly site: string;
  readonly warning: string;
  /** What people call the classes: the positive one, and the others. */
  readonly classes: { readonly positive: string; readonly others: string };
  /** Whose films they were read as; null where the model reads all alike. */
  readonly population: string | null;
  /** What the operating point is called. */
  readonly point: string;
  /** What the visitor wrote of where the labels come from. */
  readonly reference: string;
  /** Of what was dropped, before any was read. */
  readonly given: { readonly files: number; readonly unlabelled: number; readonly doubles: number; readonly contradictory: number; readonly others: number; readonly errors: number };
  /** What people call the reasons for refusals. */
  readonly reasons: Readonly<Record<string, string>>;
  /** The page's sentences by key; those without plural forms are enough. */
  readonly texts: Readonly<Record<string, string>>;
  /** How the visitor's spreadsheet takes a CSV apart; left out: as programs do. */
  readonly dialect?: Dialect;
}

export interface OutputInput {
  readonly about: About;
  readonly cases: readonly Case[];
  readonly measured: Measured;
  readonly subgroups: readonly { readonly key: string; readonly title: string; readonly groups: readonly Subgroup[] }[];
  readonly own: OwnThreshold | null;
  readonly comparison: { readonly other: string; readonly compared: Comparison } | null;
}

export type Figures = Readonly<Record<"roc" | "reliability" | "histogram", string>>;

/** What the page calls of the measuring worker (shared/remote.ts). */
export type MeasureCalls = {
  measure: { readonly input: { readonly cases: readonly Case[]; readonly options: Options }; readonly answer: Measured };
  /** Null without films of both classes. */
  threshold: { readonly input: { readonly cases: readonly Case[]; readonly options: ThresholdOptions }; readonly answer: OwnThreshold | null };
  subgroups: { readonly input: { readonly cases: readonly Case[]; readonly key: string; readonly options: Options }; readonly answer: readonly Subgroup[] };
  compare: { readonly input: { readonly first: readonly Case[]; readonly second: readonly Case[]; readonly options: CompareOptions }; readonly answer: Comparison };
  /** SVGs that stand alone. */
  figures: { readonly input: OutputInput; readonly answer: Figures };
  csv: { readonly input: OutputInput; readonly answer: string };
  xlsx: { readonly input: OutputInput; readonly answer: Uint8Array<ArrayBuffer> };
  json: { readonly input: OutputInput; readonly answer: string };
  /** A whole HTML document. */
  report: { readonly input: OutputInput; readonly answer: string };
};
