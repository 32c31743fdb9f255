// The reading room: one film over the whole page, with what was read in it beside; from film to film by key.

import type { Card } from "../card.ts";
import type { FilmContext } from "../film.ts";
import { ReadingView } from "../reading_view.ts";

/** The list that the films come from. */
export interface FilmList {
  neighbour(card: Card, step: 1 | -1): Card | null;
  /** Makes a card's viewer. */
  mount(card: Card): void;
  /** Called when a button of the reading is pressed. */
  press(card: Card, button: HTMLButtonElement): void;
  /** Called with each card that is no longer shown here. */
  left(card: Card): void;
}

const STEPS: Readonly<Record<string, 1 | -1>> = { PageDown: 1, PageUp: -1, n: 1, p: -1 };

export class FullView {
  readonly #dialog = document.querySelector<HTMLDialogElement>("#full-view")!;
  readonly #room = this.#dialog.querySelector<HTMLElement>(".full-film")!;
  readonly #previous = this.#dialog.querySelector<HTMLButtonElement>(".previous")!;
  readonly #next = this.#dialog.querySelector<HTMLButtonElement>(".next")!;
  readonly #films: FilmList;
  readonly #context: FilmContext;
  readonly #said = this.#dialog.querySelector<HTMLElement>(".said")!;
  readonly #parts = this.#dialog.querySelector<HTMLTemplateElement>("template")!;
  /** Null while no film is shown: the page then holds the words of its cards alone. */
  #view: ReadingView | null = null;
  #card: Card | null = null;

  constructor(films: FilmList, context: FilmContext) {
    this.#films = films;
    this.#context = context;
    this.#previous.addEventListener("click", () => this.#step(-1));
    this.#next.addEventListener("click", () => this.#step(1));
    this.#dialog.querySelector(".close")!.addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#leave(true));
    this.#said.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button === null || this.#card === null) return;
      this.#films.press(this.#card, button);
      if (!button.matches(".copy")) this.#card.viewer?.focus(); // the button is gone with what it was for
    });
    this.#dialog.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.#step(step);
    });
  }

  /** Opens a card; closes when it is open already. */
  toggle(card: Card): void {
    if (this.#dialog.open) return this.#dialog.close();
    this.#enter(card);
    document.documentElement.classList.add("is-full-view");
    this.#dialog.showModal();
    card.viewer?.focus();
  }

  /** To be called when a film has changed, as when it has been read. */
  changed(card: Card): void {
    if (card === this.#card) this.#view?.draw(card.film);
  }

  #step(step: 1 | -1): void {
    const next = this.#card === null ? null : this.#films.neighbour(this.#card, step);
    if (next === null) return;
    this.#leave(false);
    this.#enter(next);
    next.viewer?.focus();
  }

  #enter(card: Card): void {
    this.#card = card;
    this.#films.mount(card);
    const viewer = card.lendViewer();
    this.#room.replaceChildren(viewer.element);
    viewer.moved();
    this.#previous.disabled = this.#films.neighbour(card, -1) === null;
    this.#next.disabled = this.#films.neighbour(card, 1) === null;
    this.#said.replaceChildren(this.#parts.content.cloneNode(true));
    this.#view = new ReadingView(this.#said, this.#context);
    this.#view.draw(card.film);
  }

  #leave(closed: boolean): void {
    const card = this.#card;
    if (card === null) return;
    this.#card = null;
    card.takeViewerBack();
    if (closed) {
      this.#view = null;
      this.#said.replaceChildren();
      document.documentElement.classList.remove("is-full-view");
      card.element.scrollIntoView({ block: "nearest" });
      card.viewer?.focus();
    }
    this.#films.left(card);
  }
}
