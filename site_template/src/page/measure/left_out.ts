// What is not counted, and why: counted and named, so that nothing is missed without a word.

import type { Film } from "../film.ts";
import { el } from "./elements.ts";
import type { Part, State, Tools } from "./state.ts";

const NAMES_SHOWN = 50;

export class LeftOut implements Part {
  readonly element = el("div");
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  show({ assembled, doubles, cases: { ofOthers } }: State): void {
    const { words } = this.#tools.context;
    const names = (films: readonly Film[]): string[] => films.map(({ name }) => name);
    const kinds: readonly [string, readonly string[], readonly Film[]][] = [
      ["contradictory", doubles.contradictory.map((same) => same.map(({ film, label }) => `${film.name} (${words.labelOf(label)})`).join(" = ")), doubles.contradictory.flat().map(({ film }) => film)],
      ["doubles", [...doubles.again].map(([again, first]) => `${again.film.name} = ${first.film.name}`), [...doubles.again.keys()].map(({ film }) => film)],
      ["ambiguous", names(assembled.ambiguous), assembled.ambiguous],
      ["contradictory-lines", assembled.contradictory, []],
      ["unlabelled", names(assembled.unlabelled), assembled.unlabelled],
      ["not-used", names(assembled.leftOut), assembled.leftOut],
      ["of-others", names(ofOthers), ofOthers],
      ["missing", assembled.missing, []],
      ["incomplete", Array.from({ length: assembled.incomplete }, () => ""), []],
    ];
    const before = new Set([...this.element.querySelectorAll<HTMLDetailsElement>("details[open]")].map((one) => one.dataset["left"]));
    const lists = kinds.filter(([, { length }]) => length > 0).map(([kind, said, films]) => {
      const summary = el("summary", {}, words.text(`measure-left-${kind}`, { n: said.length }));
      const shown = said.filter((name) => name !== "").slice(0, NAMES_SHOWN);
      if (said.length > shown.length && shown.length > 0) shown.push("…");
      if (shown.length === 0) return el("p", { "data-left": kind }, summary.textContent!);
      const show = (): void => this.#tools.showFilms(films, words.text(`measure-left-${kind}`, { n: said.length }));
      return el("details", { "data-left": kind, open: before.has(kind) }, summary,
        el("ul", {}, ...shown.map((name) => el("li", {}, el("bdi", {}, name)))),
        ...(films.length === 0 ? [] : [el("button", { type: "button", class: "quiet", click: show, "data-key": `left-${kind}` }, words.text("measure-show-them"))]));
    });
    this.element.hidden = lists.length === 0;
    this.element.className = "measured-left";
    this.element.replaceChildren(el("h3", {}, words.text("measure-left")), ...lists);
  }
}
