// Two films side by side, or one above the other: zoomed, moved and windowed as one, unless that is switched off.

import type { Card } from "../card.ts";
import type { DeskContext } from "../list/desk.ts";
import { MarkView } from "../list/mark_view.ts";
import type { ReadingView } from "../reading_view.ts";
import { fillStrip } from "./strip.ts";
import type { Thumbnails } from "./thumbnails.ts";

interface Side {
  readonly element: HTMLElement;
  readonly room: HTMLElement;
  readonly said: HTMLElement;
  card: Card | null;
  view: ReadingView | null;
  mark: MarkView | null;
}

const STEPS: Readonly<Record<string, 1 | -1>> = { PageDown: 1, PageUp: -1, n: 1, p: -1 };

export class Compare {
  readonly #context: DeskContext;
  readonly #thumbnails: Thumbnails;
  readonly #dialog = document.querySelector<HTMLDialogElement>("#compare")!;
  readonly #strip = this.#dialog.querySelector<HTMLElement>(".strip")!;
  readonly #link = this.#dialog.querySelector<HTMLInputElement>(".link")!;
  readonly #parts = document.querySelector<HTMLTemplateElement>("#full-view template")!;
  readonly #sides: readonly [Side, Side];
  /** The one that keys and the strip change. */
  #active: Side;

  constructor(context: DeskContext, thumbnails: Thumbnails) {
    this.#context = context;
    this.#thumbnails = thumbnails;
    const sides = [...this.#dialog.querySelectorAll<HTMLElement>(".side")].map((element) => this.#sideOf(element));
    this.#sides = [sides[0]!, sides[1]!];
    this.#active = this.#sides[1];
    this.#dialog.querySelector(".close")!.addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#leave());
    this.#link.addEventListener("change", () => this.#follow(this.#active));
    // "Full view" of one of the two ends the comparison first.
    this.#dialog.addEventListener("click", ({ target }) => (target as Element).closest("[data-tool=full]") !== null && this.#end(), true);
    this.#dialog.addEventListener("keydown", ({ key, target }) => key === "f" && (target as Element).closest(".viewer") !== null && this.#end(), true);
    this.#dialog.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest("input:not([type=checkbox])") !== null) return;
      if (step !== undefined) this.#step(this.#active, step);
      else if (event.key === "l") this.#link.click();
      else return;
      event.preventDefault();
    });
  }

  open(one: Card, other: Card): void {
    this.#enter(this.#sides[0], one);
    this.#enter(this.#sides[1], other);
    this.#activate(this.#sides[1]);
    document.documentElement.classList.add("is-full-view");
    this.#dialog.showModal();
    for (const { card } of this.#sides) card?.viewer?.moved();
    this.#sides[0].card?.viewer?.focus();
  }

  #end(): void {
    this.#dialog.close();
    this.#leave();
  }

  changed(card: Card): void {
    for (const side of this.#sides) {
      if (side.card !== card) continue;
      side.view?.draw(card.film);
      side.mark?.draw(card.film);
    }
  }

  #sideOf(element: HTMLElement): Side {
    const side: Side = { element, room: element.querySelector(".compare-film")!, said: element.querySelector(".said")!, card: null, view: null, mark: null };
    element.addEventListener("focusin", () => this.#activate(side));
    element.addEventListener("pointerdown", () => this.#activate(side));
    side.said.addEventListener("click", ({ target }) => {
      const button = (target as Element).closest("button");
      if (button !== null && side.card !== null && !button.matches(".star")) this.#context.press(side.card, button);
    });
    element.querySelector(".previous")!.addEventListener("click", () => this.#step(side, -1));
    element.querySelector(".next")!.addEventListener("click", () => this.#step(side, 1));
    return side;
  }

  #activate(side: Side): void {
    this.#active = side;
    for (const one of this.#sides) one.element.classList.toggle("is-active", one === side);
    if (side.card !== null) fillStrip(this.#strip, side.card, this.#context, this.#thumbnails, (card) => this.#change(side, card));
  }

  /** Past the film on the other side: it is shown once. */
  #step(side: Side, step: 1 | -1): void {
    const other = this.#otherThan(side).card;
    let next = side.card === null ? null : this.#context.list.neighbour(side.card, step);
    if (next !== null && next === other) next = this.#context.list.neighbour(next, step);
    if (next !== null) this.#change(side, next);
  }

  #change(side: Side, card: Card): void {
    if (card === side.card) return;
    const hadFocus = side.room.contains(document.activeElement);
    if (card === this.#otherThan(side).card) return this.#activate(this.#otherThan(side));
    this.#give(side);
    this.#enter(side, card);
    this.#activate(side);
    this.#follow(this.#otherThan(side));
    if (hadFocus) card.viewer?.focus();
  }

  #enter(side: Side, card: Card): void {
    side.card = card;
    this.#context.mount(card);
    const viewer = card.lendViewer();
    side.room.replaceChildren(viewer.element);
    viewer.moved();
    viewer.onSeen = () => this.#follow(side);
    side.said.replaceChildren(this.#parts.content.cloneNode(true));
    side.view = this.#context.viewOf(side.said);
    side.mark = new MarkView(side.said, card.film);
    this.changed(card);
  }

  /** Shows the other film as this one is shown. */
  #follow(side: Side): void {
    const [from, to] = [side.card?.viewer, this.#otherThan(side).card?.viewer];
    if (!this.#link.checked || !from || !to) return;
    const back = to.onSeen;
    to.onSeen = () => {};
    to.see(from.seen);
    to.onSeen = back;
  }

  #give({ card }: Side): void {
    if (card === null) return;
    card.viewer!.onSeen = () => {};
    card.takeViewerBack();
    this.#context.left(card);
  }

  #leave(): void {
    const { card } = this.#active;
    for (const side of this.#sides) {
      this.#give(side);
      side.card = side.view = side.mark = null;
      side.said.replaceChildren();
    }
    this.#strip.replaceChildren();
    document.documentElement.classList.remove("is-full-view");
    if (card !== null) this.#context.reveal(card);
  }

  #otherThan(side: Side): Side {
    return this.#sides[side === this.#sides[0] ? 1 : 0];
  }
}
