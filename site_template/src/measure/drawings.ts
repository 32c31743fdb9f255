// The charts of a measurement as SVG: ROC curve, reliability, and scores by class.

import { histogramChart, reliabilityChart, rocChart } from "../charts/charts.ts";
import type { Bin, Sample } from "../charts/curves.ts";
import type { Share } from "../shared/site.ts";
import { Texts } from "./texts.ts";
import type { Figures, OutputInput, ReliabilityBin } from "./types.ts";

/** For paper and for programs that know no stylesheet of the page. */
export const CHART_STYLE = [
  "svg{font:11px sans-serif;fill:none;direction:ltr}", "text{fill:#1d2733}", ".grid{stroke:#d5dbe2;stroke-width:.5}", ".guide{stroke:#7a8694;stroke-dasharray:4 4}",
  ".curve{stroke:#15608f;stroke-width:2;stroke-linejoin:round}", ".whisker{stroke:#15608f;stroke-opacity:.6}", ".dot{fill:#15608f}",
  ".marker-line{stroke:#a8461c;stroke-width:1.5}", ".zero{stroke:#7a8694}", ".of-positive{fill:#a8461c;fill-opacity:.65}", ".of-others{fill:#15608f;fill-opacity:.65}",
].join("");

/** Each with a style of its own, so that it stands alone. */
export function figuresOf(input: OutputInput): Figures {
  const styled = (svg: string): string => svg.replace(">", `><style>${CHART_STYLE}</style>`);
  const { roc, reliability, histogram } = chartsOf(input);
  return { roc: styled(roc), reliability: styled(reliability), histogram: styled(histogram) };
}

export function chartsOf({ about, cases, measured }: OutputInput): Figures {
  const texts = new Texts(about);
  const { curve, ways, calibration } = measured;
  const { sensitivity, specificity } = ways["left-out"];
  const dots = sensitivity.value === null || specificity.value === null ? [] : [{ sensitivity: sensitivity.value, specificity: specificity.value }];
  const sides = { up: texts.text("films-positive"), down: texts.text("films-others") };
  return {
    roc: rocChart(texts.text("report-roc"), curve.length === 0 ? [] : [curve], dots, { x: texts.text("axis-false-positive"), y: texts.text("axis-sensitivity") }),
    reliability: reliabilityChart(texts.text("report-reliability"), (calibration?.bins ?? []).map(binOf), { x: texts.text("axis-probability"), y: texts.text("axis-observed") }),
    histogram: histogramChart(texts.text("report-histogram"), sampleOf(cases), measured.options.threshold, { x: texts.text("axis-probability"), y: "" }, sides),
  };
}

function binOf({ from, to, positive, others, meanProbability, observed }: ReliabilityBin): Bin {
  return { from, to, positive, others, meanProbability, observed: meanProbability === null ? null : (observed as Share) };
}

function sampleOf(cases: OutputInput["cases"]): Sample {
  const of = (wanted: 0 | 1): number[] => cases.flatMap(({ label, score }) => (label === wanted && score !== null ? [score] : [])).sort((a, b) => a - b);
  return { positive: of(1), others: of(0) };
}
