// The charts: ROC curve, reliability curve, and how many films got which probability. The page's stylesheet colours them.

import { countsIn, type Bin, type RocPoint, type Sample } from "./curves.ts";
import { Drawing, SIDE, type Axes, type Point } from "./svg.ts";

const COUNTS_HEIGHT = 90;
const HISTOGRAM_BINS = 20;

/** What stands beside the counts of the films of the positive class, above, and of the others, below. */
export interface Sides {
  readonly up: string;
  readonly down: string;
}

/** Curves, each in a dash of its own, and dots on them. With a marker, `moveRocMarker` puts it on the curve. */
export function rocChart(
  title: string, curves: readonly (readonly RocPoint[])[], dots: readonly RocPoint[], axes: Axes, { marker = false } = {},
): string {
  const drawing = new Drawing().frame(axes).levels().path("guide", [[0, 0], [1, 1]]);
  curves.forEach((curve, index) => drawing.path(`curve line-${index}`, curve.map(placeOf)));
  for (const dot of dots) drawing.dot("dot", placeOf(dot), 5);
  if (marker) drawing.add("path", { class: "marker-line", d: "" }).add("circle", { class: "marker", r: 6 });
  return drawing.svg(title);
}

export function moveRocMarker(svg: SVGElement, point: RocPoint): void {
  const drawing = new Drawing();
  const [x, y] = placeOf(point);
  const [cx, cy] = [drawing.x(x), drawing.y(y)];
  svg.querySelector(".marker-line")!.setAttribute("d", `M${cx} ${drawing.y(0)}V${cy}H${drawing.x(0)}`);
  const marker = svg.querySelector(".marker")!;
  marker.setAttribute("cx", String(cx));
  marker.setAttribute("cy", String(cy));
}

/**
 * The share of the positive class against the predicted probability, with 95 % intervals. With sides, the films of each bin
 * are counted below, and `moveThresholdLine` puts a line at the threshold.
 */
export function reliabilityChart(title: string, bins: readonly Bin[], axes: Axes, sides?: Sides): string {
  const drawing = new Drawing({ height: SIDE + (sides === undefined ? 0 : COUNTS_HEIGHT) });
  drawing.frame(axes).levels().path("guide", [[0, 0], [1, 1]]);
  const known = bins.flatMap(({ meanProbability: mean, observed }) => (mean === null || observed === null ? [] : [{ mean, observed }]));
  for (const { mean, observed } of known) drawing.path("whisker", [[mean, observed.low!], [mean, observed.high!]]);
  drawing.path("curve", known.map(({ mean, observed }): Point => [mean, observed.value]));
  for (const { mean, observed } of known) drawing.dot("dot", [mean, observed.value], 4);
  if (sides !== undefined) {
    const middle = middleOfCounts(drawing);
    const most = Math.max(...bins.flatMap(({ positive, others }) => [positive, others]));
    bars(drawing, bins, middle, (count) => (count / most) * (COUNTS_HEIGHT / 2 - 4));
    // Each where its own bars are low.
    drawing.write(sides.up, drawing.x(0.02), middle - 8, "start").write(sides.down, drawing.x(0.98), middle + 18, "end");
    drawing.add("path", { class: "marker-line", d: "" });
  }
  return drawing.svg(title);
}

export function moveThresholdLine(svg: SVGElement, threshold: number): void {
  const drawing = new Drawing();
  svg.querySelector(".marker-line")!.setAttribute("d", `M${drawing.x(threshold)} ${drawing.y(1)}V${middleOfCounts(drawing) + COUNTS_HEIGHT / 2}`);
}

/** How many films of the positive class (upwards) and of the others (downwards) got which probability. */
export function histogramChart(title: string, sample: Sample, threshold: number, axes: Axes, sides: Sides): string {
  const drawing = new Drawing({ left: 50 });
  const bins = countsIn(sample, HISTOGRAM_BINS);
  const most = Math.max(1, ...bins.flatMap(({ positive, others }) => [positive, others]));
  const middle = drawing.y(0.5);
  // By square roots, or a few films read wrongly would not be seen beside hundreds read right.
  const height = (count: number): number => Math.sqrt(count / most) * (SIDE / 2 - 4);
  drawing.frame(axes);
  bars(drawing, bins, middle, height);
  drawing.add("path", { class: "zero", d: `M${drawing.x(0)} ${middle}H${drawing.x(1)}` });
  for (const count of [most, Math.floor(most / 4)]) {
    drawing.write(String(count), drawing.x(0) - 6, middle - height(count) + 4, "end");
    drawing.write(String(count), drawing.x(0) - 6, middle + height(count) + 4, "end");
  }
  drawing.write("0", drawing.x(0) - 6, middle + 4, "end");
  drawing.path("marker-line", [[threshold, 1], [threshold, 0]]);
  // Each where its own bars are low.
  drawing.write(sides.up, drawing.x(0.04), drawing.y(0.95), "start").write(sides.down, drawing.x(0.96), drawing.y(0.02), "end");
  return drawing.svg(title);
}

/** One bar per bin and side, from the middle line upwards and downwards. */
function bars(
  drawing: Drawing, bins: readonly Pick<Bin, "from" | "to" | "positive" | "others">[], middle: number, height: (count: number) => number,
): void {
  for (const { from, to, positive, others } of bins) {
    const bar = { x: drawing.x(from) + 1, width: drawing.x(to) - drawing.x(from) - 2 };
    drawing.add("rect", { class: "of-positive", ...bar, y: middle - height(positive), height: height(positive) });
    drawing.add("rect", { class: "of-others", ...bar, y: middle, height: height(others) });
  }
}

function middleOfCounts(drawing: Drawing): number {
  return drawing.y(0) + COUNTS_HEIGHT / 2 + 8;
}

function placeOf({ sensitivity, specificity }: RocPoint): Point {
  return [1 - specificity, sensitivity];
}
