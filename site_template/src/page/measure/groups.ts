// Subgroups, by what is known of the films; and two models on the same films.

import { RESAMPLES, SEED, type Case, type Comparison } from "../../measure/types.ts";
import type { Film } from "../film.ts";
import { COLUMN } from "./cases.ts";
import { button, el, table, withUnder } from "./elements.ts";
import { figure, intervalOf, percentOf, type Part, type State, type Tools } from "./state.ts";

export function titleOfGroup(key: string, text: (key: string) => string): string {
  return key.startsWith(COLUMN) ? key.slice(COLUMN.length) : text(`measure-group-${key}`);
}

/** Counted when they are looked at. */
export class Subgroups implements Part {
  readonly element = el("details", { "data-part": "subgroups", class: "measured-part" });
  readonly #tools: Tools;
  readonly #inside = el("div");
  #state: State | null = null;
  #shown: State | null = null;

  constructor(tools: Tools) {
    this.#tools = tools;
    const { words } = tools.context;
    this.element.append(el("summary", {}, el("h3", {}, words.text("measure-subgroups"))), el("p", { class: "help" }, words.text("measure-subgroups-help")), this.#inside);
    this.element.addEventListener("toggle", () => void this.#draw());
  }

  show(state: State): void {
    this.#state = state;
    this.element.hidden = state.cases.keys.length === 0;
    void this.#draw();
  }

  async #draw(): Promise<void> {
    const state = this.#state;
    if (state === null || !this.element.open || state === this.#shown) return;
    this.#shown = state;
    const { words, chosen } = this.#tools.context;
    const { cases: { cases, keys }, measured: { options } } = state;
    const tables: HTMLElement[] = [];
    for (const key of keys) {
      const groups = await this.#tools.ask("subgroups", { cases, key, options });
      if (state !== this.#state) return;
      const title = titleOfGroup(key, (one) => words.text(one));
      const heads = [title, words.text("measure-films"), ...["auroc", "sensitivity", "specificity"].map((one) => words.text(`measure-of-${one}`)), words.text("measure-refused")];
      const rows = groups.map(({ value, measured }) => [
        key === "population" ? (chosen.current.populations.find(({ name }) => name === value)?.label ?? value) : value,
        withUnder(words.number(measured.films), words.text("measure-with-positive", { n: measured.positive })),
        withUnder(measured.auroc.value === null ? "–" : words.number(measured.auroc.value, 3), measured.auroc.low === null ? "" : `(${words.span(measured.auroc.low, measured.auroc.high!, 3)})`),
        ...[measured.sensitivity, measured.specificity, measured.refusals.rate].map((one) => withUnder(percentOf(words, one.value), intervalOf(words, one))),
      ]);
      const shown = table(title, heads, rows, { "data-group": key });
      groups.forEach(({ measured: { tooFew } }, index) => shown.querySelectorAll("tbody tr")[index]!.classList.toggle("too-few", tooFew));
      tables.push(shown);
    }
    this.#inside.replaceChildren(...tables);
  }
}

interface Snapshot {
  readonly model: string;
  readonly title: string;
  readonly cases: ReadonlyMap<Film, Case>;
  readonly threshold: number;
}

/** Reads the same films with another model of the site, and holds the two against each other. */
export class TwoModels implements Part {
  readonly element = el("details", { "data-part": "models", class: "measured-part" });
  readonly #tools: Tools;
  readonly #inside = el("div", { class: "measured-models" });
  readonly #snapshots = new Map<string, Snapshot>();
  #state: State | null = null;
  /** For what is saved. */
  compared: { readonly other: string; readonly compared: Comparison } | null = null;

  constructor(tools: Tools) {
    this.#tools = tools;
    const { words, site } = tools.context;
    this.element.hidden = site.models.length < 2;
    this.element.append(el("summary", {}, el("h3", {}, words.text("measure-models"))), this.#inside);
  }

  clear(): void {
    this.#snapshots.clear();
    this.#state = this.compared = null;
  }

  show(state: State): void {
    const { chosen } = this.#tools.context;
    this.#state = state;
    const { name, title } = chosen.current;
    const cases = new Map(state.cases.cases.map((one) => [state.cases.films.get(one.file)!, one]));
    if (state.cases.waiting === 0) this.#snapshots.set(name, { model: name, title, cases, threshold: state.threshold });
    void this.#draw();
  }

  async #draw(): Promise<void> {
    const { words, site, chosen } = this.#tools.context;
    const state = this.#state;
    if (state === null) return;
    const others = site.models.filter(({ name }) => name !== chosen.current.name);
    const choose = others.map(({ name, title }) => button(words.text("measure-read-with", { model: title }), () => chosen.choose(name), { "data-key": `with-${name}` }));
    const own = this.#snapshots.get(chosen.current.name);
    const other = [...this.#snapshots.values()].filter(({ model }) => model !== chosen.current.name).at(-1);
    const buttons = el("p", { class: "measured-buttons" }, ...choose);
    this.compared = null;
    if (own === undefined || other === undefined) return this.#inside.replaceChildren(el("p", { class: "help" }, words.text("measure-models-help")), buttons);
    const both = [...own.cases].flatMap(([film, first]) => {
      const second = other.cases.get(film);
      return second === undefined ? [] : [{ film, first, second: { ...second, file: first.file } }];
    });
    const options = { thresholds: [own.threshold, other.threshold] as const, resamples: RESAMPLES, seed: SEED };
    const compared = await this.#tools.ask("compare", { first: both.map(({ first }) => first), second: both.map(({ second }) => second), options });
    if (state !== this.#state) return;
    this.compared = { other: other.title, compared };
    this.#inside.replaceChildren(...this.#compared(compared, own, other, new Map(both.map(({ film, first }) => [first.file, film]))), buttons);
  }

  #compared(found: Comparison, own: Snapshot, other: Snapshot, films: ReadonlyMap<string, Film>): HTMLElement[] {
    const { words } = this.#tools.context;
    const { value, low, high } = found.aurocDifference;
    const sure = low !== null && high !== null && (low > 0 || high < 0);
    const rows = [
      [words.text("measure-of-auroc"), figure(words, found.auroc[0], 3), figure(words, found.auroc[1], 3), figure(words, found.aurocDifference, 3)],
    ];
    const differ = found.differ.map(({ file }) => films.get(file)!);
    const disagree = found.differ.filter(({ read: [first, second] }) => first !== second).map(({ file }) => films.get(file)!);
    const show = (): void => this.#tools.showFilms(disagree, words.text("measure-shown", { n: disagree.length, label: words.text("measure-differ") }));
    const verdict = value === null ? [] : [el("p", {}, sure ? words.text("measure-models-better", value > 0 ? { model: own.title, title: other.title } : { model: other.title, title: own.title }) : words.text("measure-models-alike"))];
    return [
      ...verdict,
      table(words.text("measure-models"), ["", own.title, other.title, words.text("measure-difference")], rows),
      el("p", {}, words.text("measure-agreement", { n: found.n, value: `${percentOf(words, found.agreement.value)} ${intervalOf(words, found.agreement)}`, seen: figure(words, found.kappa) })),
      ...(differ.length === 0 || disagree.length === 0 ? [] : [el("p", { class: "measured-buttons" }, button(words.text("measure-show-differ", { n: disagree.length }), show, { "data-key": "differ" }))]),
    ];
  }
}
