// A threshold of one's own: moved by hand or found for a sensitivity, with what it would do; used for reading when the visitor says so.

import { wilson } from "../../charts/curves.ts";
import { RESAMPLES, SEED, type Case, type OwnThreshold } from "../../measure/types.ts";
import { predictiveValues } from "../../shared/predictive.ts";
import type { Share } from "../../shared/site.ts";
import { button, el, withUnder } from "./elements.ts";
import { percentOf, type Part, type State, type Tools } from "./state.ts";

const WANTED_PERCENT = 95;

export class OwnPart implements Part {
  readonly element: HTMLElement;
  readonly #tools: Tools;
  readonly #slider: HTMLInputElement;
  readonly #output = el("output", { for: "own-threshold" });
  readonly #wanted: HTMLInputElement;
  readonly #prevalence: HTMLInputElement;
  readonly #values = el("dl", { class: "facts measures" });
  readonly #said = el("p", { role: "status", class: "own-said" });
  readonly #use: HTMLButtonElement;
  readonly #undo: HTMLButtonElement;
  readonly #save: HTMLButtonElement;
  #state: State | null = null;
  /** What found the threshold; null where it was moved by hand since. */
  #found: OwnThreshold | null = null;
  #moved = false;

  constructor(tools: Tools, onPrevalence: () => void) {
    this.#tools = tools;
    const { words, chosen } = tools.context;
    const text = (key: string): string => words.text(key);
    this.#slider = el("input", { type: "range", id: "own-threshold", min: 0, max: 1, step: "any", autocomplete: "off", input: () => this.#move() });
    this.#wanted = el("input", { type: "number", id: "own-wanted", min: 1, max: 100, step: "any", value: WANTED_PERCENT, inputmode: "decimal", autocomplete: "off" });
    this.#prevalence = el("input", { type: "number", id: "own-prevalence", min: 0, max: 100, step: "any", inputmode: "decimal", autocomplete: "off", input: () => (this.#draw(), onPrevalence()) });
    this.#prevalence.value = document.querySelector<HTMLInputElement>("#prevalence")?.value ?? "";
    this.#use = button(text("own-use"), () => this.#useIt(), { "data-key": "own-use" });
    this.#undo = button(text("own-undo"), () => this.#undoIt(), { "data-key": "own-undo" });
    this.#save = button(text("own-save"), () => tools.saveOwn(), { "data-key": "own-save" });
    const find = el("form", { class: "own-find", novalidate: true, submit: (event) => (event.preventDefault(), void this.#find()) },
      el("label", { for: "own-wanted" }, text("own-wanted")), " ", this.#wanted, el("span", { "aria-hidden": "true" }, "%"), " ", el("button", { type: "submit", class: "quiet" }, text("own-find")));
    this.element = el("details", { "data-part": "own", class: "measured-part" },
      el("summary", {}, el("h3", {}, text("own-title"))),
      el("p", { class: "help" }, text("own-help")),
      find,
      el("p", { class: "slide" }, el("label", { for: "own-threshold" }, text("threshold")), this.#slider, this.#output),
      this.#values,
      el("p", { class: "prevalence" }, el("label", { for: "own-prevalence" }, text("measure-prevalence")), " ", this.#prevalence, el("span", { "aria-hidden": "true" }, "%")),
      this.#said,
      el("p", { class: "measured-buttons" }, this.#use, this.#undo, this.#save),
    );
    chosen.addEventListener("own", () => this.#draw());
  }

  /** The share that was typed, 0–1; null where there is none. */
  get prevalence(): number | null {
    const { value, validity, valueAsNumber } = this.#prevalence;
    return value !== "" && validity.valid ? valueAsNumber / 100 : null;
  }

  show(state: State): void {
    const isOther = this.#state !== null && this.#state.population !== state.population;
    this.#state = state;
    if (!this.#moved || isOther) {
      this.#slider.valueAsNumber = state.threshold;
      [this.#moved, this.#found] = [false, null];
    }
    if (this.#found !== null && this.#found.n !== state.measured.read) this.#found = null;
    this.element.hidden = state.measured.curve.length === 0;
    this.#draw();
  }

  #move(): void {
    [this.#moved, this.#found] = [true, null];
    this.#said.textContent = "";
    this.#draw();
  }

  async #find(): Promise<void> {
    const state = this.#state;
    const { words } = this.#tools.context;
    if (state === null) return;
    if (this.#wanted.value === "" || !this.#wanted.validity.valid) {
      this.#said.textContent = words.text("own-wanted-wrong");
      return this.#wanted.focus();
    }
    const found = await this.#tools.ask("threshold", { cases: state.cases.cases, options: { sensitivity: this.#wanted.valueAsNumber / 100, resamples: RESAMPLES, seed: SEED } });
    if (found === null || state !== this.#state) return;
    [this.#moved, this.#found] = [true, found];
    this.#slider.valueAsNumber = found.threshold;
    this.#draw();
    const { sensitivity, specificity } = found;
    const said = (rate: typeof sensitivity): string => {
      const { value, low, high } = rate.corrected;
      return `${percentOf(words, value)}${low === null || high === null ? "" : ` (${words.span(low * 100, high * 100, 1)})`}`;
    };
    this.#said.textContent = [
      words.text("own-found", { threshold: words.percent(found.threshold * 100), sensitivity: percentOf(words, sensitivity.apparent), specificity: percentOf(words, specificity.apparent) }),
      words.text("own-corrected", { sensitivity: said(sensitivity), specificity: said(specificity) }),
      ...(found.tooFew ? [words.text("measure-too-few")] : []),
    ].join(" ");
  }

  /** Local arithmetic, so that the slider follows the hand. */
  #draw(): void {
    const state = this.#state;
    if (state === null) return;
    const { words, chosen } = this.#tools.context;
    const threshold = this.#slider.valueAsNumber;
    const { sensitivity, specificity } = ratesAt(state.cases.cases, threshold);
    this.#output.textContent = words.percent(threshold * 100);
    const at = this.prevalence ?? state.measured.positive / Math.max(1, state.measured.n);
    const worth = sensitivity === null || specificity === null ? { ppv: null, npv: null } : predictiveValues(at, { films: "", n: 0, sensitivity, specificity });
    const rows: [string, Share | null][] = [["sensitivity", sensitivity], ["specificity", specificity], ["ppv", worth.ppv], ["npv", worth.npv]];
    this.#values.replaceChildren(...rows.map(([name, share]) =>
      el("div", {}, el("dt", {}, words.text(`measure-of-${name}`)), el("dd", { "data-own": name }, withUnder(percentOf(words, share?.value ?? null), share === null ? "" : words.interval(share))))));
    this.#slider.setAttribute("aria-valuetext", words.text("threshold-said", {
      threshold: words.percent(threshold * 100), sensitivity: percentOf(words, sensitivity?.value ?? null), specificity: percentOf(words, specificity?.value ?? null),
    }));
    this.#undo.hidden = this.#save.hidden = chosen.own === null;
    this.element.classList.toggle("too-few", state.measured.tooFew);
  }

  #useIt(): void {
    this.#tools.useOwn(this.#slider.valueAsNumber, this.#found);
    this.#undo.focus();
  }

  #undoIt(): void {
    this.#tools.context.chosen.useOwn(null);
    this.#use.focus();
  }
}

/** Of the films that were read; null where there are none of a kind. */
export function ratesAt(cases: readonly Case[], threshold: number): { readonly sensitivity: Share | null; readonly specificity: Share | null } {
  const [all, right] = [[0, 0], [0, 0]];
  for (const { label, score } of cases) {
    if (score === null) continue;
    all[label]! += 1;
    if (score >= threshold === (label === 1)) right[label]! += 1;
  }
  const share = (label: 0 | 1): Share | null => (all[label] === 0 ? null : wilson(right[label]!, all[label]!));
  return { sensitivity: share(1), specificity: share(0) };
}
