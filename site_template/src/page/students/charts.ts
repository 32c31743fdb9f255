// The two charts, drawn as SVG by DOM calls. Coordinates are shares, 0–1; y grows upwards.

import type { Bin, RocPoint } from "./curves.ts";

const NAMESPACE = "http://www.w3.org/2000/svg";
const SIDE = 300;
const MARGIN = { left: 44, right: 10, top: 8, bottom: 42 };
const HISTOGRAM = 90;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

const x = (share: number): number => MARGIN.left + share * SIDE;
const y = (share: number): number => MARGIN.top + (1 - share) * SIDE;

/** A chart's SVG and the parts that move with the threshold. */
export interface Chart {
  readonly svg: SVGSVGElement;
  readonly move: (threshold: number, point: RocPoint) => void;
}

export function rocChart(roc: readonly RocPoint[], labels: { readonly x: string; readonly y: string }): Chart {
  const svg = frame(SIDE, labels);
  svg.append(draw("path", { class: "guide", d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}` }));
  const points = roc.map(({ sensitivity, specificity }) => `${x(1 - specificity).toFixed(2)} ${y(sensitivity).toFixed(2)}`);
  svg.append(draw("path", { class: "curve", d: `M${points.join("L")}` }));
  const cross = draw("path", { class: "marker-line" });
  const dot = draw("circle", { class: "marker", r: 6 });
  svg.append(cross, dot);
  const move: Chart["move"] = (_, { sensitivity, specificity }) => {
    const [cx, cy] = [x(1 - specificity), y(sensitivity)];
    cross.setAttribute("d", `M${cx} ${y(0)}V${cy}H${x(0)}`);
    dot.setAttribute("cx", String(cx));
    dot.setAttribute("cy", String(cy));
  };
  return { svg, move };
}

/** Below the curve the films of each bin are counted: those of the positive class upwards, the others downwards. */
export function reliabilityChart(
  bins: readonly Bin[], labels: { readonly x: string; readonly y: string; readonly up: string; readonly down: string },
): Chart {
  const svg = frame(SIDE + HISTOGRAM, labels);
  svg.append(draw("path", { class: "guide", d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}` }));
  const filled = bins.filter(({ observed }) => observed !== null);
  for (const { meanProbability, observed } of filled) {
    svg.append(draw("path", { class: "whisker", d: `M${x(meanProbability!)} ${y(observed!.low!)}V${y(observed!.high!)}` }));
  }
  const points = filled.map(({ meanProbability, observed }) => `${x(meanProbability!)} ${y(observed!.value)}`);
  svg.append(draw("path", { class: "curve", d: `M${points.join("L")}` }));
  for (const { meanProbability, observed } of filled) {
    svg.append(draw("circle", { class: "dot", cx: x(meanProbability!), cy: y(observed!.value), r: 3.5 }));
  }
  const middle = y(0) + HISTOGRAM / 2 + 8;
  const most = Math.max(...bins.flatMap(({ positive, others }) => [positive, others]));
  const height = (count: number): number => (count / most) * (HISTOGRAM / 2 - 4);
  for (const { from, to, positive, others } of bins) {
    const bar = { x: x(from) + 1, width: x(to) - x(from) - 2 };
    svg.append(draw("rect", { class: "of-positive", ...bar, y: middle - height(positive), height: height(positive) }));
    svg.append(draw("rect", { class: "of-others", ...bar, y: middle, height: height(others) }));
  }
  // Each where its own bars are low.
  svg.append(written(labels.up, x(0.02), middle - 8, "start"), written(labels.down, x(0.98), middle + 18, "end"));
  const line = draw("path", { class: "marker-line" });
  svg.append(line);
  const move: Chart["move"] = (threshold) => line.setAttribute("d", `M${x(threshold)} ${y(1)}V${middle + HISTOGRAM / 2}`);
  return { svg, move };
}

/** Axes with ticks and names; what is drawn lies above the x axis' names, `height` high. */
function frame(height: number, labels: { readonly x: string; readonly y: string }): SVGSVGElement {
  const [width, whole] = [MARGIN.left + SIDE + MARGIN.right, MARGIN.top + height + MARGIN.bottom];
  const svg = draw("svg", { viewBox: `0 0 ${width} ${whole}`, role: "img" });
  for (const tick of TICKS) {
    svg.append(draw("path", { class: "grid", d: `M${x(tick)} ${y(0)}V${y(1)}M${x(0)} ${y(tick)}H${x(1)}` }));
    svg.append(written(String(tick), x(0) - 6, y(tick) + 4, "end"));
    svg.append(written(String(tick), x(tick), MARGIN.top + height + 16, "middle"));
  }
  const name = written(labels.y, 12, y(0.5), "middle");
  name.setAttribute("transform", `rotate(-90 12 ${y(0.5)})`);
  svg.append(written(labels.x, x(0.5), whole - 6, "middle"), name);
  return svg;
}

function written(text: string, left: number, base: number, anchor: "start" | "middle" | "end"): SVGTextElement {
  const element = draw("text", { x: left, y: base, "text-anchor": anchor });
  element.textContent = text;
  return element;
}

function draw<Name extends keyof SVGElementTagNameMap>(
  name: Name, attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
