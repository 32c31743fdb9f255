// The table, the full view and the comparison of two films: loaded when one of them is wanted.

import type { Card } from "../card.ts";
import { byId } from "../dom.ts";
import type { Film, FilmContext } from "../film.ts";
import { later } from "../later/load.ts";
import { ReadingView } from "../reading_view.ts";
import type { Site } from "../../shared/site.ts";
import type { FilmList } from "./film_list.ts";
import type { Order } from "./order.ts";

/** What that script works with. */
export interface DeskContext extends FilmContext {
  readonly list: FilmList;
  /** Opens a film in full view. */
  readonly toggleFull: (card: Card) => void;
  /** After its full view. */
  readonly returnTo: (card: Card) => void;
  /** Makes a card's viewer. */
  readonly mount: (card: Card) => void;
  /** To be called when a button of its reading is pressed. */
  readonly press: (card: Card, button: HTMLButtonElement) => void;
  /** To be called with a card whose viewer was lent and is given back. */
  readonly left: (card: Card) => void;
  readonly pick: (card: Card) => void;
  /** Brings a film into view in the list, with the focus. */
  readonly reveal: (card: Card) => void;
  readonly isPicked: (card: Card) => boolean;
  readonly sort: (order: Order) => void;
  /** Writes a film's words into an element. */
  readonly viewOf: (element: HTMLElement) => ReadingView;
}

/** What it gives. */
export interface Worklist {
  showTable(on: boolean): void;
  showOrder(order: Order, reversed: boolean): void;
  refresh(): void;
  /** The film whose row has the focus. */
  current(): Card | undefined;
  /** Brings a film's row into view, with the focus. */
  focus(card: Card): void;
  /** Opens a film in full view, or closes that. */
  toggleFull(card: Card): void;
  compare(one: Card, other: Card): void;
  changed(card: Card): void;
  /** Lets go of a film that is gone. */
  release(film: Film): void;
}

const COME_MILLISECONDS = 100;

export class Desk {
  onSort: (order: Order) => void = () => {};
  readonly #site: Site;
  readonly #context: DeskContext;
  readonly #list: FilmList;
  readonly #compare = byId<HTMLButtonElement>("compare-picked");
  #picked: Card[] = [];
  #isTable = false;
  #order: [Order, boolean] = ["given", false];
  #loading: Promise<Worklist> | null = null;
  #worklist: Worklist | null = null;

  constructor(site: Site, context: Omit<DeskContext, "toggleFull" | "returnTo" | "pick" | "reveal" | "isPicked" | "sort" | "viewOf">) {
    this.#site = site;
    this.#list = context.list;
    this.#context = {
      ...context,
      toggleFull: (card) => void this.toggleFull(card),
      returnTo: (card) => this.#returnTo(card),
      pick: (card) => this.pick(card),
      reveal: (card) => this.reveal(card),
      isPicked: (card) => this.#picked.includes(card),
      sort: (order) => this.onSort(order),
      viewOf: (element) => new ReadingView(element, context),
    };
    this.#compare.addEventListener("click", () => void this.compare(this.#picked[0]!, this.#picked[1]!));
  }

  /** Chooses a film to be compared, or no longer: the last two. */
  pick(card: Card): void {
    const before = this.#picked;
    this.#picked = before.includes(card) ? before.filter((one) => one !== card) : [...before.slice(-1), card];
    for (const one of new Set([...before, ...this.#picked])) this.#drawPicked(one);
    this.#compare.hidden = this.#picked.length === 0;
    this.#compare.disabled = this.#picked.length < 2;
    this.#compare.textContent = this.#context.words.text("compare-picked", { n: this.#picked.length });
    this.refresh();
  }

  async compare(one: Card, other: Card): Promise<void> {
    (await this.#loaded())?.compare(one, other);
  }

  async toggleFull(card: Card): Promise<void> {
    (await this.#loaded())?.toggleFull(card);
  }

  async showTable(on: boolean): Promise<void> {
    this.#isTable = on;
    document.body.classList.toggle("shows-table", on);
    const worklist = on ? await this.#loaded() : this.#worklist;
    worklist?.showOrder(...this.#order);
    worklist?.showTable(this.#isTable);
    if (worklist === null && on) document.body.classList.remove("shows-table"); // cards do as well
  }

  showOrder(...order: [Order, boolean]): void {
    this.#order = order;
    this.#worklist?.showOrder(...order);
  }

  /** To be called when other films are shown, in another order, or have changed. */
  refresh(): void {
    this.#worklist?.refresh();
  }

  changed(card: Card): void {
    this.#drawPicked(card);
    this.#worklist?.changed(card);
  }

  forget(card: Card): void {
    if (this.#picked.includes(card)) this.pick(card);
  }

  release(film: Film): void {
    this.#worklist?.release(film);
  }

  /** The film that has the focus. */
  current(): Card | undefined {
    return this.#list.cardOf(document.activeElement?.closest("[data-testid=reading]") ?? null) ?? this.#worklist?.current();
  }

  /** From film to film: from the one that has the focus, or else to the first. */
  step(step: 1 | -1): void {
    const current = this.current();
    const next = current === undefined ? this.#list.shown[0] : this.#list.neighbour(current, step);
    if (next !== undefined && next !== null) this.reveal(next);
  }

  /** Brings a film into view, with the focus. */
  reveal(card: Card): void {
    if (this.#isTable && this.#worklist !== null) return this.#worklist.focus(card);
    // At once: what is scrolled past grows while it is, and the way would end elsewhere.
    const go = (): void => card.element.scrollIntoView({ block: "start", behavior: "instant" });
    go();
    card.focus();
    // Once more when those around it have come.
    setTimeout(() => card.element.contains(document.activeElement) && go(), COME_MILLISECONDS);
  }

  #returnTo(card: Card): void {
    if (this.#isTable && this.#worklist !== null) return this.#worklist.focus(card);
    card.element.scrollIntoView({ block: "nearest" });
    card.viewer?.focus();
  }

  #drawPicked(card: Card): void {
    const button = card.element.querySelector(".pick");
    if (button !== null) button.ariaPressed = String(this.#picked.includes(card));
  }

  /** Null where it cannot be loaded; it is tried again the next time. */
  #loaded(): Promise<Worklist | null> {
    this.#loading ??= later(this.#site).then(({ worklist }) => {
      this.#worklist = worklist(this.#context);
      this.#worklist.showOrder(...this.#order);
      return this.#worklist;
    });
    return this.#loading.catch(() => {
      this.#loading = null;
      return null;
    });
  }
}
