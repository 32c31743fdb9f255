// The reading room: one film over the whole page, with what was read in it beside; from film to film by key.

import type { Card } from "../card.ts";
import { setText } from "../dom.ts";
import type { DeskContext, Worklist } from "../list/desk.ts";
import { MarkView, star } from "../list/mark_view.ts";
import type { ReadingView } from "../reading_view.ts";

/** What it opens besides. */
export type Beside = Pick<Worklist, "compare"> & {
  /** Fills a strip with a film and those beside it; `choose` is called with another one. */
  strip(element: HTMLElement, card: Card, choose: (card: Card) => void): void;
};

const STEPS: Readonly<Record<string, 1 | -1>> = { PageDown: 1, PageUp: -1, n: 1, p: -1, j: 1, k: -1 };
/** Where there is nothing to pan; from left to right, or from right to left as the page is read. */
const ARROWS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowLeft: -1 };

export class FullView {
  readonly #dialog = document.querySelector<HTMLDialogElement>("#full-view")!;
  readonly #room = this.#dialog.querySelector<HTMLElement>(".full-film")!;
  readonly #previous = this.#dialog.querySelector<HTMLButtonElement>(".previous")!;
  readonly #next = this.#dialog.querySelector<HTMLButtonElement>(".next")!;
  readonly #compare = this.#dialog.querySelector<HTMLButtonElement>(".compare")!;
  readonly #place = this.#dialog.querySelector<HTMLElement>(".place")!;
  readonly #strip = this.#dialog.querySelector<HTMLElement>(".strip")!;
  readonly #context: DeskContext;
  readonly #beside: Beside;
  readonly #said = this.#dialog.querySelector<HTMLElement>(".said")!;
  readonly #parts = this.#dialog.querySelector<HTMLTemplateElement>("template")!;
  /** Null while no film is shown: the page then holds the words of its cards alone. */
  #view: ReadingView | null = null;
  #mark: MarkView | null = null;
  #card: Card | null = null;

  constructor(context: DeskContext, beside: Beside) {
    this.#context = context;
    this.#beside = beside;
    this.#previous.addEventListener("click", () => this.#step(-1));
    this.#next.addEventListener("click", () => this.#step(1));
    this.#dialog.querySelector(".close")!.addEventListener("click", () => this.#dialog.close());
    this.#compare.addEventListener("click", () => this.#openCompare());
    this.#dialog.addEventListener("close", () => this.#leave(true));
    this.#said.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button === null || this.#card === null || button.matches(".star")) return;
      this.#context.press(this.#card, button);
      if (!button.matches(".copy")) this.#card.viewer?.focus(); // the button is gone with what it was for
    });
    this.#dialog.addEventListener("keydown", (event) => {
      const { key, target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
      if ((target as Element).closest("input, select, textarea") !== null && !key.startsWith("Page")) return;
      const arrow = ARROWS[key] ?? 0;
      const step = STEPS[key] ?? (document.documentElement.dir === "rtl" ? -arrow : arrow);
      if (step !== 0) this.#step(step as 1 | -1);
      else if (key === "c") this.#openCompare();
      else if (key === "s" && this.#card !== null) star(this.#card.film);
      else return;
      event.preventDefault();
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
    if (card !== this.#card) return;
    this.#view?.draw(card.film);
    this.#mark?.draw(card.film);
  }

  #step(step: 1 | -1): void {
    const next = this.#card === null ? null : this.#context.list.neighbour(this.#card, step);
    if (next !== null) this.#change(next);
  }

  #change(next: Card): void {
    if (next === this.#card) return;
    const inStrip = this.#strip.contains(document.activeElement);
    this.#leave(false);
    this.#enter(next);
    if (!inStrip) next.viewer?.focus();
  }

  /** With the next film, or the one before; another one can be chosen there. */
  #openCompare(): void {
    const card = this.#card;
    const other = card === null ? null : (this.#context.list.neighbour(card, 1) ?? this.#context.list.neighbour(card, -1));
    if (card === null || other === null) return;
    this.#dialog.close();
    this.#leave(true); // the dialog says so only later
    this.#beside.compare(card, other);
  }

  #enter(card: Card): void {
    this.#card = card;
    this.#context.mount(card);
    const viewer = card.lendViewer();
    this.#room.replaceChildren(viewer.element);
    viewer.moved();
    const { list, words } = this.#context;
    this.#previous.disabled = list.neighbour(card, -1) === null;
    this.#next.disabled = list.neighbour(card, 1) === null;
    this.#compare.disabled = this.#previous.disabled && this.#next.disabled;
    const at = list.shown.indexOf(card);
    setText(this.#place, at < 0 ? "" : words.text("place", { n: at + 1, films: list.shown.length }));
    this.#strip.hidden = list.shown.length < 2;
    this.#beside.strip(this.#strip, card, (other) => this.#change(other));
    this.#said.replaceChildren(this.#parts.content.cloneNode(true));
    this.#view = this.#context.viewOf(this.#said);
    this.#mark = new MarkView(this.#said, card.film);
    this.changed(card);
  }

  #leave(closed: boolean): void {
    const card = this.#card;
    if (card === null) return;
    this.#card = null;
    card.takeViewerBack();
    if (closed) {
      this.#view = this.#mark = null;
      this.#said.replaceChildren();
      this.#strip.replaceChildren();
      document.documentElement.classList.remove("is-full-view");
      this.#context.returnTo(card);
    }
    this.#context.left(card);
  }
}
