// Draws the model cards' figures as the page draws its own, in Node: node card_figures.cjs CARDS.json
//
// CARDS.json: a list of CardRequest. The standard output: a list of CardFigures.

import { readFile } from "node:fs/promises";
import { histogramChart, reliabilityChart, rocChart, type Sides } from "../charts/charts.ts";
import { countsAt, reliabilityOf, rocOf, rocPointOf, sampleOf, type Bin, type Counts, type RocPoint } from "../charts/curves.ts";
import type { Axes } from "../charts/svg.ts";
import type { BundlePredictions } from "../shared/predictions.ts";
import { runProgram } from "./program.ts";

const BINS = 10;
/** Thresholds of the ROC curve's table. */
const STEPS = Array.from({ length: 9 }, (_, index) => (index + 1) / 10);

interface CardRequest {
  readonly predictions: BundlePredictions;
  /** Number of the positive class. */
  readonly label: number;
  readonly threshold: number;
  /** The first is drawn in all figures, the others as ROC curves alone. */
  readonly splits: readonly string[];
  readonly titles: { readonly roc: string; readonly reliability: string; readonly histogram: string };
  readonly axes: { readonly roc: Axes; readonly reliability: Axes; readonly histogram: Axes };
  readonly sides: Sides;
}

interface CardFigures {
  /** At the threshold, one entry per split. */
  readonly counts: readonly Counts[];
  /** At each of STEPS, one list per split. */
  readonly roc: readonly (readonly RocPoint[])[];
  readonly bins: readonly Bin[];
  readonly svgs: { readonly roc: string; readonly reliability: string; readonly histogram: string };
}

function drawn({ predictions, label, threshold, splits, titles, axes, sides }: CardRequest): CardFigures {
  const samples = splits.map((split) => sampleOf(predictions, split, label));
  const [first] = samples as [(typeof samples)[number]];
  const counts = samples.map((sample) => countsAt(sample, threshold));
  const bins = reliabilityOf(first, BINS);
  return {
    counts,
    roc: samples.map((sample) => STEPS.map((step) => rocPointOf(countsAt(sample, step)))),
    bins,
    svgs: {
      roc: rocChart(titles.roc, samples.map(rocOf), counts.map(rocPointOf), axes.roc),
      reliability: reliabilityChart(titles.reliability, bins, axes.reliability),
      histogram: histogramChart(titles.histogram, first, threshold, axes.histogram, sides),
    },
  };
}

async function main(): Promise<void> {
  const requests = JSON.parse(await readFile(process.argv[2]!, "utf8")) as CardRequest[];
  process.stdout.write(JSON.stringify(requests.map(drawn)));
}

runProgram(main);
