// What was read in a film, in words and bars: on its card and in full view.

import type { Decided } from "../shared/decide.ts";
import { readingRows } from "./class_bars.ts";
import { setData, setText } from "./dom.ts";
import type { ChosenModel } from "./chosen_model.ts";
import type { Film, FilmContext } from "./film.ts";

export class ReadingView {
  readonly #element: HTMLElement;
  readonly #context: Omit<FilmContext, "reader">;
  /** The reading whose bars are shown. */
  #drawn: Decided | null = null;

  /** `element` holds what the template `reading-template` has in its `.said`. */
  constructor(element: HTMLElement, context: Omit<FilmContext, "reader">) {
    this.#element = element;
    this.#context = context;
  }

  draw(film: Film): void {
    const { site, chosen, words } = this.#context;
    const { reading } = film;
    drawState(this.#element, film, chosen);
    setText(this.part(".file"), film.name);
    setText(this.part(".verdict"), film.headline);
    setText(this.part(".score"), film.detail);
    setText(this.part(".notes"), film.notes);
    const turn = this.part<HTMLButtonElement>("button.turn");
    turn.hidden = film.seemsTurned === null;
    setText(turn, film.seemsTurned === "inverted" ? words.text("swap-and-read") : words.text("turn-and-read"));
    setText(this.part(".whose"), film.whose);
    setText(this.part(".caution"), chosen.current.disclaimer);
    const more = { ".whole-caution": chosen.current.disclaimer, ".operating-point": film.decidedAt, ".travel": chosen.current.travel.join(" "), ".study": film.studySaid, ".details": film.details, ".provenance": film.provenance };
    for (const [selector, text] of Object.entries(more)) {
      const part = this.#element.querySelector<HTMLElement>(selector); // not every place has all
      if (part !== null) setText(part, text);
    }
    if (reading === this.#drawn) return;
    this.#drawn = reading;
    const rows = reading === null ? [] : readingRows(reading, site.positive_class, chosen.current, words);
    this.part(".classes").replaceChildren(...rows);
  }

  part<T extends HTMLElement>(selector: string): T {
    return this.#element.querySelector<T>(selector)!;
  }
}

/** What the styles of a film's words go by. */
export function drawState(element: HTMLElement, { status, reading, decided }: Film, { sought }: ChosenModel): void {
  setData(element, "status", status);
  setData(element, "zone", reading?.zone ?? null);
  setData(element, "population", status === "error" || decided === null ? null : decided.population);
  element.classList.toggle("is-positive", sought !== null && reading?.label === sought);
}
