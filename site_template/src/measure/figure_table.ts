// Every figure with its interval as a line of a table, and what each of them means.

import type { XlsxCell } from "../shared/xlsx.ts";
import type { Comparison, Estimate, Measured, OwnThreshold, Performance } from "./types.ts";

/** By the names that the tables give to figures. docs/measuring.md says more of each. */
export const DEFINITIONS = {
  auroc: "Area under the ROC curve: the share of pairs of a film of the positive class and another in which the first has the higher score, ties as one half (Mann and Whitney 1947)",
  average_precision: "Area under the precision-recall curve by steps, as scikit-learn's average_precision_score",
  sensitivity: "Of the films of the positive class, the share that is read as positive",
  specificity: "Of the other films, the share that is not read as positive",
  accuracy: "The share of films read as what they are labelled",
  ppv: "Of films read as positive, the share that is, at the stated prevalence (Bayes' rule), or among these films where none is stated",
  npv: "Of films not read as positive, the share that is not, likewise",
  refused: "The share of the labelled films that was not read",
  ece: "Expected calibration error over 15 bins of equal width of the positive class's probability (Naeini et al. 2015)",
  log_loss: "Mean of -log of the probability of what the film is labelled, in nats",
  brier: "Mean squared difference of probability and label (Brier 1950)",
  calibration_in_the_large: "Intercept of the logistic regression of the label on the log-odds as an offset: 0 is right, above it probabilities are too low (Cox 1958)",
  calibration_slope: "Slope of the logistic regression of the label on the log-odds: 1 is right, below it probabilities are too extreme (Cox 1958)",
  own_calibration: "Temperature and offset that minimise the log-loss of logit / temperature + offset; what they would give is measured in five folds of whole patients, by what the other folds gave",
  own_threshold: "The highest threshold that keeps the wanted sensitivity; corrected for optimism by resampling (Efron 1983, Harrell et al. 1996)",
  kappa: "Cohen's kappa of what two models read (1960)",
  left_out: "Refused films count nowhere",
  positive: "Refused films count as read as positive, above every score",
  wrong: "Refused films count as read wrongly: below every score where they are of the positive class, above every score where they are not",
  "bootstrap-patients": "95 % interval: 2.5th and 97.5th percentile of resamples of whole patients",
  "bootstrap-films": "95 % interval: 2.5th and 97.5th percentile of resamples of films",
  wilson: "95 % interval: Wilson 1927, every film counted once",
  "wilson-patients": "95 % interval: Wilson 1927, every patient counted once, where the share is 0 or 1 and resamples do not vary",
  bayes: "From both lower to both upper ends of sensitivity and specificity, so wider than 95 %",
  robust: "95 % interval: robust standard error in which a patient's films count together (Huber 1967, White 1980)",
} as const;

const HEADER = ["figure", "films", "value", "low", "high", "n", "interval"];

export function figureTable({ ways, withoutDoubtful, refusals, calibration }: Measured): XlsxCell[][] {
  const sets: [string, Performance][] = [
    ["refused left out", ways["left-out"]], ["refused as positive", ways.positive], ["refused as wrong", ways.wrong],
    ...(withoutDoubtful === null ? [] : [["without the doubtful", withoutDoubtful] as [string, Performance]]),
  ];
  return [
    HEADER,
    ...sets.flatMap(([set, figures]) => performanceLines(set, figures)),
    line("refused", "all labelled", refusals.rate), line("refused", "of the positive class", refusals.ofPositive), line("refused", "others", refusals.ofOthers),
    ...refusals.byReason.map(({ reason, rate }) => line(`refused: ${reason}`, "all labelled", rate)),
    ...(calibration === null ? [] : [
      line("ece", "read", calibration.ece), plain("log_loss", "read", calibration.now.logLoss, calibration.n), plain("brier", "read", calibration.now.brier, calibration.n),
      line("calibration_in_the_large", "read", calibration.inTheLarge), line("calibration_slope", "read", calibration.slope),
      ...(calibration.own === null ? [] : [
        plain("own_temperature", "read", calibration.own.temperature, calibration.n), plain("own_offset", "read", calibration.own.offset, calibration.n),
        plain("ece", "read, would be", calibration.own.wouldBe.ece, calibration.n), plain("log_loss", "read, would be", calibration.own.wouldBe.logLoss, calibration.n),
        plain("brier", "read, would be", calibration.own.wouldBe.brier, calibration.n),
      ]),
    ]),
  ];
}

function performanceLines(set: string, { auroc, averagePrecision, sensitivity, specificity, accuracy, ppv, npv, matrix, n }: Performance): XlsxCell[][] {
  const { truePositives, falseNegatives, falsePositives, trueNegatives } = matrix;
  return [
    ...Object.entries({ auroc, average_precision: averagePrecision, sensitivity, specificity, accuracy, ppv, npv }).map(([name, estimate]) => line(name, set, estimate)),
    ...Object.entries({ true_positives: truePositives, false_negatives: falseNegatives, false_positives: falsePositives, true_negatives: trueNegatives }).map(([name, count]) => plain(name, set, count, n)),
  ];
}

export function ownTable({ wanted, threshold, n, sensitivity, specificity }: OwnThreshold): XlsxCell[][] {
  return [
    plain("own_threshold", `sensitivity of at least ${wanted}`, threshold, n),
    ...Object.entries({ sensitivity, specificity }).flatMap(([name, { apparent, optimism, corrected }]) => [
      plain(name, "own threshold, apparent", apparent, corrected.n), plain(name, "own threshold, optimism", optimism, corrected.n), line(name, "own threshold, corrected", corrected),
    ]),
  ];
}

export function comparisonTable(other: string, { agreement, kappa, auroc, aurocDifference, sensitivityDifference, specificityDifference }: Comparison): XlsxCell[][] {
  const set = `less ${other}`;
  return [
    line("agreement", `with ${other}`, agreement), line("kappa", `with ${other}`, kappa), line("auroc", "read by both", auroc[0]), line("auroc", `read by both, ${other}`, auroc[1]),
    line("auroc", set, aurocDifference), line("sensitivity", set, sensitivityDifference), line("specificity", set, specificityDifference),
  ];
}

function line(figure: string, films: string, { value, low, high, n, method }: Estimate): XlsxCell[] {
  return [figure, films, value, low, high, n, method];
}

function plain(figure: string, films: string, value: number | null, n: number): XlsxCell[] {
  return [figure, films, value, null, null, n, null];
}
