// The reading room: one film over the whole page, with what was read in it beside; from film to film by key.

import type { Card } from "../card.ts";

/** The list that the films come from. */
export interface FilmList {
  neighbour(card: Card, step: 1 | -1): Card | null;
  /** Makes a card's viewer. */
  mount(card: Card): void;
  /** Hears of each card that is no longer shown here. */
  left(card: Card): void;
}

/** What is shown of a card's words. */
const SAID = [".file", ".verdict", ".notes", ".classes", ".caution"];
const STEPS: Readonly<Record<string, 1 | -1>> = { PageDown: 1, PageUp: -1, n: 1, p: -1 };

export class FullView {
  readonly #dialog = document.querySelector<HTMLDialogElement>("#full-view")!;
  readonly #room = this.#dialog.querySelector<HTMLElement>(".full-film")!;
  readonly #said = this.#dialog.querySelector<HTMLElement>(".said")!;
  readonly #previous = this.#dialog.querySelector<HTMLButtonElement>(".previous")!;
  readonly #next = this.#dialog.querySelector<HTMLButtonElement>(".next")!;
  readonly #films: FilmList;
  /** Hears when the card's words change, as when its film has been read. */
  readonly #watch = new MutationObserver(() => this.#repeat());
  #card: Card | null = null;

  constructor(films: FilmList) {
    this.#films = films;
    this.#previous.addEventListener("click", () => this.#step(-1));
    this.#next.addEventListener("click", () => this.#step(1));
    this.#dialog.querySelector(".close")!.addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#leave(true));
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
    this.#watch.observe(card.element, { attributes: true, childList: true, subtree: true });
    this.#previous.disabled = this.#films.neighbour(card, -1) === null;
    this.#next.disabled = this.#films.neighbour(card, 1) === null;
    this.#repeat();
  }

  #leave(closed: boolean): void {
    const card = this.#card;
    if (card === null) return;
    this.#card = null;
    this.#watch.disconnect();
    card.takeViewerBack();
    if (closed) {
      document.documentElement.classList.remove("is-full-view");
      card.element.scrollIntoView({ block: "nearest" });
      card.viewer?.focus();
    }
    this.#films.left(card);
  }

  #repeat(): void {
    const { element } = this.#card!;
    this.#said.dataset["status"] = element.dataset["status"];
    this.#said.dataset["zone"] = element.dataset["zone"] ?? "";
    this.#said.classList.toggle("is-positive", element.classList.contains("is-positive"));
    this.#said.replaceChildren(...SAID.map((part) => element.querySelector(part)!.cloneNode(true)));
  }
}
