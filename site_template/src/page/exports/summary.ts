// The printed report: what read, how many films were read as what, and every film in a table; then the films, unfolded.

import type { Site } from "../../shared/site.ts";
import type { Card } from "../card.ts";
import type { ChosenModel } from "../chosen_model.ts";
import { byId } from "../dom.ts";
import type { Film } from "../film.ts";
import type { Words } from "../words.ts";
import { putOnPaper } from "./on_paper.ts";
import { recordOf, type LeftOut } from "./record.ts";

interface Printed {
  readonly films: readonly Film[];
  readonly cards: readonly Card[];
  /** What came with the films and is none. */
  leftOut(): readonly LeftOut[];
}

export class PrintedSummary {
  readonly #site: Site;
  readonly #chosen: ChosenModel;
  readonly #words: Words;
  readonly #list: Printed;
  readonly #place = byId("print-summary");
  #takeBack = (): void => {};

  constructor(site: Site, chosen: ChosenModel, words: Words, list: Printed) {
    this.#site = site;
    this.#chosen = chosen;
    this.#words = words;
    this.#list = list;
    // A browser's own menu prints as well as the button.
    addEventListener("beforeprint", () => this.layOut());
    addEventListener("afterprint", () => {
      unfold(false);
      this.#takeBack();
      this.#takeBack = () => {};
      this.#place.querySelectorAll("dl, tbody").forEach((part) => part.replaceChildren());
    });
  }

  /** Everything that is printed, as it is now. */
  layOut(): void {
    this.#takeBack();
    this.#draw();
    this.#takeBack = putOnPaper(this.#list.cards);
    unfold(true);
  }

  #draw(): void {
    const { current, point, population, sought } = this.#chosen;
    const { films } = this.#list;
    const counts = new Map<string, number>();
    for (const film of films) counts.set(film.headline, (counts.get(film.headline) ?? 0) + 1);
    const leftOut = this.#list.leftOut().reduce((sum, { files }) => sum + files, 0);
    const facts: [string, string][] = [
      [this.#words.text("summary-model"), `${current.title} (${current.name}, SHA-256 ${current.sha256.slice(0, 16)}…)`],
      ...(point === null ? [] : [[this.#words.text("summary-point"), [point.label, point.sentence].filter(Boolean).join(" · ")] as [string, string]]),
      ...(current.populations.length === 0 ? [] : [[this.#words.text("summary-population"), current.populations.find(({ name }) => name === population)?.label ?? this.#words.text("not-said")] as [string, string]]),
      [this.#words.text("summary-films"), String(films.length)],
      ...[...counts].sort((a, b) => b[1] - a[1]).map(([said, count]): [string, string] => [said, String(count)]),
      ...(leftOut === 0 ? [] : [[this.#words.text("left-out-count", { files: leftOut }), ""] as [string, string]]),
      [this.#words.text("summary-printed"), this.#words.date(new Date())],
    ];
    this.#place.querySelector("dl")!.replaceChildren(...facts.flatMap(([term, said]) => [cell("dt", term), cell("dd", said)]));
    const rows = films.map((film, index) => {
      const { by_population: several } = recordOf(film);
      const probability = sought === null || several.length > 0 ? null : (film.reading?.probability ?? null);
      const row = document.createElement("tr");
      row.append(
        cell("td", String(index + 1)), cell("td", film.name), cell("td", film.headline),
        cell("td", probability === null ? "" : this.#words.percent(probability * 100)),
        cell("td", `${film.mark.starred ? "★ " : ""}${film.mark.comment}`),
      );
      return row;
    });
    this.#place.querySelector("tbody")!.replaceChildren(...rows);
    this.#place.querySelector<HTMLElement>(".sought")!.textContent = this.#site.classes.find(({ name }) => name === sought)?.label ?? "";
  }
}

/** What is folded on the screen is printed. */
function unfold(open: boolean): void {
  for (const details of byId("readings").querySelectorAll<HTMLDetailsElement>("details.more")) details.open = open;
}

function cell(name: "dt" | "dd" | "td", text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
