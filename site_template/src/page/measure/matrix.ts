// The confusion matrix at the chosen point, with the refused films beside: every cell shows its films in the list.

import type { Case } from "../../measure/types.ts";
import { el } from "./elements.ts";
import { filmsOf, percentOf, type Part, type State, type Tools } from "./state.ts";

interface Cell {
  readonly name: string;
  readonly label: 0 | 1;
  readonly read: "positive" | "other" | "refused";
  readonly isRight: boolean | null;
}
const CELLS: readonly Cell[] = [
  { name: "found", label: 1, read: "positive", isRight: true },
  { name: "missed", label: 1, read: "other", isRight: false },
  { name: "refused-positive", label: 1, read: "refused", isRight: null },
  { name: "alarms", label: 0, read: "positive", isRight: false },
  { name: "cleared", label: 0, read: "other", isRight: true },
  { name: "refused-other", label: 0, read: "refused", isRight: null },
];

export class Matrix implements Part {
  readonly element = el("div", { class: "measured-matrix" });
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  show(state: State): void {
    const { words } = this.#tools.context;
    const row = (label: 0 | 1, name: string): HTMLElement =>
      el("tr", { role: "row" }, el("th", { scope: "row", role: "rowheader" }, name), ...CELLS.filter((cell) => cell.label === label).map((cell) => this.#cell(cell, state)));
    const heads = [words.text("measure-read-positive"), words.text("measure-read-other"), words.text("measure-refused")].map((head) => el("th", { scope: "col", role: "columnheader" }, head));
    const threshold = words.percent(state.threshold * 100);
    const at = state.point === null ? words.text("measure-at", { threshold }) : words.text("measure-at-point", { label: state.point.label, threshold });
    this.element.replaceChildren(
      el("h3", { id: "measured-matrix-title" }, words.text("measure-matrix")),
      el("p", { class: "help" }, at),
      // On a phone its rows are laid out as grids, and browsers no longer see a table where nothing says so.
      el("table", { class: "confusion", role: "table", "aria-labelledby": "measured-matrix-title" },
        el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, el("td", { role: "cell" }), ...heads)), el("tbody", { role: "rowgroup" }, row(1, words.text("measure-is-positive")), row(0, words.text("measure-is-other")))),
      el("p", { class: "help" }, words.text("measure-matrix-help")),
    );
  }

  #cell(cell: Cell, state: State): HTMLElement {
    const { words } = this.#tools.context;
    const films = filmsOf(state.cases, (one) => isIn(cell, one, state.threshold), state.threshold);
    const name = words.text(`measure-cell-${cell.name}`);
    const kind = cell.isRight === null ? "none" : cell.isRight ? "right" : "wrong";
    const count = el("b", {}, words.number(films.length));
    if (films.length === 0) return el("td", { role: "cell", class: `${kind} none`, "data-cell": cell.name }, count, name);
    const show = (): void => this.#tools.showFilms(films, words.text("measure-shown", { n: films.length, label: name }));
    return el("td", { role: "cell", class: kind, "data-cell": cell.name }, el("button", { type: "button", "data-key": `cell-${cell.name}`, click: show }, count, name));
  }
}

function isIn({ label, read }: Cell, one: Case, threshold: number): boolean {
  if (one.label !== label) return false;
  if (one.score === null) return read === "refused";
  return read === (one.score >= threshold ? "positive" : "other");
}

/** Why films were refused or could not be read, each reason with its films. */
export class Refused implements Part {
  readonly element = el("div", { class: "measured-refused" });
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  show({ measured: { refusals }, cases }: State): void {
    const { words } = this.#tools.context;
    const heads = [words.text("measure-reason"), words.text("measure-films"), words.text("measure-is-positive"), words.text("measure-is-other"), words.text("measure-share")];
    const rows = refusals.byReason.map(({ reason, count, positive, others, rate }) => {
      const said = reasonOf(reason, words);
      const show = (): void => {
        const films = filmsOf(cases, (one) => one.refused === reason, 0);
        this.#tools.showFilms(films, words.text("measure-shown", { n: films.length, label: said }));
      };
      return el("tr", {}, el("th", { scope: "row" }, el("button", { type: "button", class: "as-link", "data-key": `reason-${reason}`, click: show }, said)),
        ...[count, positive, others].map((n) => el("td", {}, words.number(n))), el("td", {}, percentOf(words, rate.value)));
    });
    this.element.hidden = rows.length === 0;
    const { low, high, value } = refusals.rate;
    const span = low === null || high === null ? "" : `(${words.span(low * 100, high * 100, 1)})`;
    this.element.replaceChildren(
      el("h3", {}, words.text("measure-refused-title")),
      el("p", {}, words.text("measure-refused-rate", { value: percentOf(words, value), interval: span })),
      el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": words.text("measure-refused-title") },
        el("table", {}, el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, ...rows))),
    );
  }
}

/** A reason in a few words, where the page's own sentence is made for a card. */
export function reasonOf(reason: string, words: { text(key: string): string }): string {
  const said = words.text(reason);
  return said === reason ? reason : said.split(/(?<=[.。।])\s*/u)[0]!.replaceAll(/\s*\([^)]*\{\w+\}[^)]*\)/g, "").replaceAll(/\{\w+\}/g, "…");
}
