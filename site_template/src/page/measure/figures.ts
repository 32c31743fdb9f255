// The figures as a table: three ways of counting refused films, and without doubtful ones beside; and the calibration.

import { reliabilityChart, moveThresholdLine } from "../../charts/charts.ts";
import { REFUSED_AS, type Calibration as Calibrated, type Estimate, type Performance } from "../../measure/types.ts";
import { el, fold, svgElement, table, withUnder } from "./elements.ts";
import { figure, intervalOf, percentOf, signed, type Part, type State, type Tools } from "./state.ts";

const MEASURES = ["auroc", "sensitivity", "specificity", "ppv", "npv", "accuracy"] as const;

export class Figures implements Part {
  readonly element = el("div", { class: "measured-figures" });
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  show({ measured, prevalence }: State): void {
    const { words } = this.#tools.context;
    const hasRefused = measured.films > measured.read;
    const ways: [string, Performance][] = hasRefused
      ? REFUSED_AS.map((way) => [words.text(`measure-ways-${way}`), measured.ways[way]])
      : [[words.text("measure-all"), measured.ways["left-out"]]];
    if (measured.withoutDoubtful !== null) ways.push([words.text("measure-without-doubtful", { n: measured.doubtful }), measured.withoutDoubtful]);
    const rows = MEASURES.map((name) => [words.text(`measure-of-${name}`), ...ways.map(([, one]) => this.#cell(name, one[name]))]);
    const counts = [words.text("measure-films"), ...ways.map(([, { n, positive }]) => withUnder(words.number(n), words.text("measure-with-positive", { n: positive })))];
    const shown = table(words.text("measure-figures"), ["", ...ways.map(([title]) => title)], [counts, ...rows], { "data-testid": "measured-figures" });
    ways.forEach(([, { tooFew }], column) => {
      if (tooFew) for (const row of shown.querySelectorAll("tr")) row.cells[column + 1]?.classList.add("too-few");
    });
    const share = prevalence === null ? words.text("measure-at-their-share") : words.text("measure-at-share", { value: words.percent(prevalence * 100) });
    this.element.replaceChildren(
      el("h3", {}, words.text("measure-figures")),
      shown,
      ...(ways.some(([, { tooFew }]) => tooFew) ? [el("p", { class: "help" }, words.text("measure-too-few"))] : []),
      el("p", { class: "help" }, `${share} ${words.text(measured.patients === null ? "measure-by-film" : "measure-by-patient")}`),
    );
  }

  #cell(name: (typeof MEASURES)[number], estimate: Estimate): DocumentFragment {
    const { words } = this.#tools.context;
    if (name !== "auroc") return withUnder(percentOf(words, estimate.value), intervalOf(words, estimate));
    const { value, low, high } = estimate;
    return withUnder(value === null ? "–" : words.number(value, 3), low === null || high === null ? "" : `(${words.span(low, high, 3)})`);
  }
}

export class Calibration implements Part {
  readonly element = el("div");
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  show({ measured: { calibration }, threshold }: State): void {
    const { words } = this.#tools.context;
    this.element.hidden = calibration === null;
    if (calibration === null) return this.element.replaceChildren();
    const text = (key: string): string => words.text(key);
    const bins = calibration.bins.map((bin) => {
      const { value, low, high } = bin.observed;
      return { ...bin, observed: value === null ? null : { value, low, high } };
    });
    const sides = { up: text("films-positive"), down: text("films-others") };
    const chart = svgElement(reliabilityChart(words.text("reliability-said", { threshold: words.percent(threshold * 100) }), bins, { x: text("axis-probability"), y: text("axis-observed") }, sides));
    moveThresholdLine(chart, threshold);
    const rows = calibration.bins.filter(({ positive, others }) => positive + others > 0).map(({ from, to, positive, others, meanProbability, observed }) => [
      words.span(from, to, 2), words.number(positive + others), percentOf(words, meanProbability), withUnder(percentOf(words, observed.value), intervalOf(words, observed)),
    ]);
    const heads = [text("measure-probability"), text("measure-films"), text("measure-mean"), text("axis-observed")];
    this.element.replaceChildren(
      fold(words.text("measure-calibration"), "calibration", this.element,
        el("div", { class: "columns" },
          el("div", { class: "chart" }, chart),
          el("div", {}, ...this.#sentences(calibration).map((sentence) => el("p", {}, sentence)), table(text("measure-calibration"), heads, rows)))),
    );
  }

  #sentences({ ece, inTheLarge, slope, own, now }: Calibrated): string[] {
    const { words } = this.#tools.context;
    const surely = ({ low, high }: Estimate, right: number): "less" | "more" | "fine" =>
      low !== null && high !== null && high < right ? "less" : low !== null && high !== null && low > right ? "more" : "fine";
    const sentences = [
      words.text("measure-ece", { value: figure(words, ece, 3) }),
      words.text(`measure-large-${surely(inTheLarge, 0)}`, { value: figure(words, inTheLarge) }),
      words.text(`measure-slope-${surely(slope, 1)}`, { value: figure(words, slope) }),
    ];
    if (own !== null) {
      const { temperature, offset, folds, wouldBe } = own;
      sentences.push(words.text("measure-would-be", {
        width: words.number(temperature, 2), level: signed(words, offset, 2), n: folds, value: words.number(wouldBe.ece, 3), seen: words.number(now.ece, 3),
      }));
    }
    return sentences;
  }
}
