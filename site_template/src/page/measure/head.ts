// The view's first lines: what was measured, on how many films, and what that says.

import { setText } from "../dom.ts";
import type { Cases } from "./cases.ts";
import { plain } from "./class_words.ts";
import type { MeasureContext } from "./context.ts";
import { button, el } from "./elements.ts";
import { figure, percentOf, type State } from "./state.ts";
import type { LabelTable } from "./tables.ts";

export interface HeadActions {
  readonly change: () => void;
  readonly close: () => void;
  readonly readAs: (population: string) => void;
}

export class Head {
  readonly element: HTMLElement;
  /** What is shown once there is something to show. */
  body: HTMLElement | null = null;
  readonly #context: MeasureContext;
  readonly #line = el("p", { class: "measured-line", "data-testid": "measured-line" });
  readonly #verdict = el("p", { class: "measured-verdict", "data-testid": "measured-verdict" });
  /** Refused films never vanish: what the line speaks of without them says how many they are. */
  readonly #unread = el("p", { class: "measured-unread" });
  readonly #source = el("span", {});
  readonly #progress = el("progress", { max: 1, "aria-labelledby": "measured-title" });
  readonly #waiting = el("p", { class: "help measured-waiting", role: "status" });
  readonly #change: HTMLButtonElement;
  readonly #population = el("select", { id: "measured-as", autocomplete: "off" });
  readonly #as: HTMLElement;

  constructor(context: MeasureContext, { change, close, readAs }: HeadActions) {
    this.#context = context;
    const { words } = context;
    this.#change = button(words.text("measure-change"), change, { "data-key": "change" });
    this.#population.addEventListener("change", () => readAs(this.#population.value));
    this.#as = el("p", { class: "measured-as", hidden: true }, el("label", { for: "measured-as" }, words.text("measure-as")), " ", this.#population);
    this.element = el("div", { class: "measured-head" },
      el("div", { class: "measured-top" }, el("h2", { id: "measured-title" }, words.text("measured")), button(words.text("measure-close"), close, { "data-key": "close" })),
      this.#line, this.#unread, this.#verdict, this.#waiting, this.#progress, this.#as,
      el("p", { class: "help measured-source" }, this.#source, " ", this.#change));
  }

  /** How far the reading of the labelled films is. */
  waits({ cases, waiting }: Cases, labelled: number, films: number): void {
    const { words } = this.#context;
    this.#progress.hidden = waiting === 0;
    this.#progress.max = Math.max(1, cases.length + waiting);
    this.#progress.value = cases.length;
    const said = labelled === 0 ? words.text("measure-none", { n: films }) : waiting === 0 ? "" : words.text("measure-waiting", { finished: cases.length, films: cases.length + waiting });
    setText(this.#waiting, said);
  }

  failed(): void {
    setText(this.#waiting, this.#context.words.text("measure-failed"));
  }

  show({ measured, own, population, assembled }: State, tables: readonly LabelTable[]): void {
    const { words, chosen } = this.#context;
    const hasAny = measured.films > 0;
    this.body!.hidden = this.#verdict.hidden = !hasAny;
    const values = {
      n: measured.films, count: measured.positive + measured.refusals.byReason.reduce((sum, one) => sum + one.positive, 0),
      auroc: figure(words, measured.auroc), value: own === null ? "" : words.number(own.value, 3),
    };
    const key = measured.auroc.value === null ? "measure-line-counts" : own === null ? "measure-line" : "measure-line-own";
    setText(this.#line, hasAny ? words.text(key, values) : "");
    const unread = measured.films - measured.read;
    this.#unread.hidden = unread === 0;
    setText(this.#unread, unread === 0 ? "" : words.text("measure-line-unread", { n: unread, value: percentOf(words, measured.refusals.rate.value) }));
    this.#line.classList.toggle("too-few", measured.tooFew);
    setText(this.#verdict, words.text(`measure-verdict-${measured.verdict}`));
    this.#verdict.dataset["verdict"] = measured.verdict;
    const meant = assembled.values.filter(({ meaning }) => meaning != null).map(({ text, meaning }) => {
      const label = words.labelOf(meaning!);
      return plain(label) === plain(text) ? text : `${text} → ${label}`;
    });
    const names = { files: words.list(tables.map(({ name }) => name)), names: words.list(meant.slice(0, 8)) };
    setText(this.#source, words.text(tables.length > 0 ? "measure-by-table" : "measure-by-folders", names));
    this.#change.hidden = assembled.values.length === 0;
    const { populations } = chosen.current;
    this.#as.hidden = populations.length === 0;
    if ([...this.#population.options].map(({ value }) => value).join("\n") !== populations.map(({ name }) => name).join("\n")) {
      this.#population.replaceChildren(...populations.map(({ name, label }) => el("option", { value: name }, label)));
    }
    if (population !== null) this.#population.value = population;
  }
}
