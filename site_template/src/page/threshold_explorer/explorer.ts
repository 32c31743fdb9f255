// The section for students: moves a threshold and shows its effect on the films that the model was measured on.

import { moveRocMarker, moveThresholdLine, reliabilityChart, rocChart } from "../../charts/charts.ts";
import { areaUnder, countsAt, reliabilityOf, rocOf, rocPointOf, sampleOf, type Counts, type Sample } from "../../charts/curves.ts";
import type { BundlePredictions } from "../../shared/predictions.ts";
import type { Share, Site } from "../../shared/site.ts";
import type { ChosenModel, PointsOf } from "../chosen_model.ts";
import { distinctPoints } from "../operating_point/distinct.ts";
import type { Words } from "../words.ts";

const BINS = 10;
const TABLE_STEPS = 10;

export class Explorer {
  readonly #section = document.querySelector<HTMLDetailsElement>("#thresholds")!;
  readonly #site: Site;
  readonly #chosen: ChosenModel;
  readonly #words: Words;
  readonly #request: () => Promise<BundlePredictions | null>;
  readonly #split = this.#part<HTMLSelectElement>("#explored");
  readonly #slider = this.#part<HTMLInputElement>("#threshold");
  /** Null until the section is opened. */
  #predictions: BundlePredictions | null = null;
  #sample: Sample = { positive: [], others: [] };
  /** The ROC curve and the reliability curve; null until a split is shown. */
  #charts: { readonly roc: SVGElement; readonly reliability: SVGElement } | null = null;
  #threshold = 0.5;
  #auroc = 0;

  /** `request` is called when the section is opened, once per model. */
  constructor(site: Site, chosen: ChosenModel, words: Words, request: () => Promise<BundlePredictions | null>) {
    this.#site = site;
    this.#chosen = chosen;
    this.#words = words;
    this.#request = request;
    this.#section.addEventListener("toggle", () => void this.#open());
    this.#split.addEventListener("change", () => this.#showSplit());
    this.#slider.addEventListener("input", () => this.#showThreshold(this.#slider.valueAsNumber));
    chosen.addEventListener("change", () => this.#reset());
    chosen.addEventListener("population", () => this.#turn());
    this.#reset();
  }

  /** Shows the films that the chosen model was measured on. */
  #reset(): void {
    this.#predictions = null;
    this.#section.hidden = !this.#chosen.current.has_predictions;
    this.#part(".explorer").hidden = true;
    this.#part(".explorer-state").hidden = false;
    this.#offerPoints();
    void this.#open();
  }

  /** To the films of another population. */
  #turn(): void {
    this.#offerPoints();
    if (this.#predictions !== null) this.#show(this.#predictions);
  }

  /** Of the population, or of the first where it is not said. */
  #offerPoints(): void {
    const points = distinctPoints(this.#chosen.pointsOf.slice(0, 1), this.#words);
    this.#part(".go-to").replaceChildren(...points.map(({ label, threshold }) => this.#goTo(label, threshold)));
    this.#threshold = points[0]?.threshold ?? 0.5;
  }

  /** Asks once more, after films can be read. */
  retry(): void {
    void this.#open();
  }

  async #open(): Promise<void> {
    if (!this.#section.open || this.#section.hidden || this.#predictions !== null) return;
    const { current } = this.#chosen;
    const found = await this.#request().catch(() => null);
    if (current !== this.#chosen.current || this.#predictions !== null) return; // another was chosen, or it was opened twice
    if (found === null) this.#part(".explorer-state").textContent = this.#words.text("students-missing");
    else this.#show(found);
  }

  #show(predictions: BundlePredictions): void {
    this.#predictions = predictions;
    const names = [...new Set(this.#films.map(({ split }) => split))];
    this.#part(".explorer-state").hidden = names.length > 0;
    this.#part(".explorer-state").textContent = this.#words.text("students-none");
    this.#part(".explorer").hidden = names.length === 0;
    if (names.length === 0) return;
    const before = this.#split.value;
    const first = [before, "test"].find((name) => names.includes(name)) ?? names[0];
    this.#split.replaceChildren(
      ...names.map((name) => {
        const title = this.#chosen.current.splits.find((split) => split.name === name)?.title ?? name;
        return new Option(title, name, name === first, name === first);
      }),
    );
    this.#showSplit();
  }

  /** By the calibration of the population, or of the first where it is not said. */
  get #films(): BundlePredictions["films"] {
    const [{ name }] = this.#chosen.pointsOf as [PointsOf, ...PointsOf[]];
    const isFirst = name === (this.#chosen.current.populations[0]?.name ?? "");
    return this.#predictions!.films.filter(({ population }) => population === name || (population === undefined && isFirst));
  }

  #goTo(label: string, threshold: number): HTMLButtonElement {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "quiet", textContent: label });
    button.addEventListener("click", () => this.#showThreshold(threshold));
    return button;
  }

  #showSplit(): void {
    const { classes, positive_class: positive } = this.#site;
    this.#sample = sampleOf({ films: this.#films }, this.#split.value, classes.findIndex(({ name }) => name === positive));
    const roc = rocOf(this.#sample);
    const bins = reliabilityOf(this.#sample, BINS);
    this.#auroc = areaUnder(roc);
    const text = (key: string): string => this.#words.text(key);
    const axes = { x: text("axis-false-positive"), y: text("axis-sensitivity") };
    const sides = { up: text("films-positive"), down: text("films-others") };
    this.#charts = {
      roc: elementOf(rocChart("", [roc], [], axes, { marker: true })),
      reliability: elementOf(reliabilityChart("", bins, { x: text("axis-probability"), y: text("axis-observed") }, sides)),
    };
    this.#part(".roc .chart").replaceChildren(this.#charts.roc);
    this.#part(".reliability .chart").replaceChildren(this.#charts.reliability);
    this.#part(".roc tbody").replaceChildren(...this.#rocRows());
    this.#part(".reliability tbody").replaceChildren(
      ...bins.map(({ from, to, positive: ill, others, meanProbability, observed }) =>
        rowOf(this.#words.span(from, to, 1), this.#words.number(ill + others), this.#share(meanProbability), this.#withInterval(observed)),
      ),
    );
    this.#showThreshold(this.#threshold);
  }

  #showThreshold(threshold: number): void {
    this.#threshold = threshold;
    const counts = countsAt(this.#sample, threshold);
    const point = rocPointOf(counts);
    const values = {
      threshold: this.#words.percent(threshold * 100), sensitivity: this.#share(point.sensitivity),
      specificity: this.#share(point.specificity), auroc: this.#words.number(this.#auroc, 3),
    };
    this.#slider.valueAsNumber = threshold;
    this.#slider.setAttribute("aria-valuetext", this.#words.text("threshold-said", values));
    this.#part("#threshold-value").textContent = values.threshold;
    const { roc, reliability } = this.#charts!;
    roc.setAttribute("aria-label", this.#words.text("roc-said", values));
    reliability.setAttribute("aria-label", this.#words.text("reliability-said", values));
    moveRocMarker(roc, point);
    moveThresholdLine(reliability, threshold);
    this.#part(".auroc").textContent = this.#words.text("auroc", values);
    this.#showCounts(counts);
  }

  #showCounts(counts: Counts): void {
    const { truePositives: tp, falseNegatives: fn, falsePositives: fp, trueNegatives: tn } = counts;
    for (const [name, count] of Object.entries(counts)) this.#part(`[data-count="${name}"]`).textContent = this.#words.number(count);
    const measures = { sensitivity: tp / (tp + fn), specificity: tn / (tn + fp), ppv: tp / (tp + fp), npv: tn / (tn + fn), accuracy: (tp + tn) / (tp + tn + fp + fn) };
    for (const [name, value] of Object.entries(measures)) this.#part(`[data-measure="${name}"]`).textContent = this.#share(value);
  }

  #rocRows(): HTMLTableRowElement[] {
    return Array.from({ length: TABLE_STEPS + 1 }, (_, step) => {
      const { sensitivity, specificity } = rocPointOf(countsAt(this.#sample, step / TABLE_STEPS));
      return rowOf(this.#words.number(step / TABLE_STEPS, 1), this.#share(sensitivity), this.#share(specificity));
    });
  }

  /** A share in percent; a dash where there is none, as of no films. */
  #share(value: number | null): string {
    return value === null || Number.isNaN(value) ? "–" : this.#words.percent(value * 100);
  }

  #withInterval(share: Share | null): string {
    return share === null ? "–" : `${this.#share(share.value)} ${this.#words.interval(share)}`;
  }

  #part<T extends HTMLElement>(selector: string): T {
    return this.#section.querySelector<T>(selector)!;
  }
}

function elementOf(svg: string): SVGElement {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
  return document.importNode(parsed.documentElement as unknown as SVGElement, true);
}

function rowOf(head: string, ...cells: string[]): HTMLTableRowElement {
  const row = document.createElement("tr");
  const header = document.createElement("th");
  header.scope = "row";
  header.textContent = head;
  row.append(header);
  for (const cell of cells) row.insertCell().textContent = cell;
  return row;
}
