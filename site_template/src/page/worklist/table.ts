// The films as a table: rows of one height, of which those near the view alone are made. What a screen reader hears is the whole table.

import type { Card } from "../card.ts";
import { byId, setData, setText } from "../dom.ts";
import type { DeskContext } from "../list/desk.ts";
import { MarkView } from "../list/mark_view.ts";
import { headsOf } from "../list/study_heads.ts";
import type { Order } from "../list/order.ts";
import { drawState } from "../reading_view.ts";
import type { Thumbnails } from "./thumbnails.ts";
import { rowsNear } from "./windowed.ts";

interface Row {
  readonly element: HTMLTableRowElement;
  readonly mark: MarkView;
  readonly part: <T extends HTMLElement>(selector: string) => T;
}

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowUp: -1 };
/** Of the strip above, and a little. */
const ROOM = 8;

export class Table {
  readonly #context: DeskContext;
  readonly #thumbnails: Thumbnails;
  readonly #element = byId<HTMLTableElement>("worklist");
  readonly #body = this.#element.tBodies[0]!;
  readonly #template = byId<HTMLTemplateElement>("row-template");
  readonly #rows = new Map<Card, Row>();
  /** What the first films of studies say above their names. */
  #heads: { readonly shown: readonly Card[]; readonly said: ReadonlyMap<Card, string> } = { shown: [], said: new Map() };
  #isShown = false;
  #frame = 0;
  #height = 0;

  constructor(context: DeskContext, thumbnails: Thumbnails) {
    this.#context = context;
    this.#thumbnails = thumbnails;
    for (const button of this.#headers) button.addEventListener("click", () => context.sort(button.dataset["order"] as Order));
    this.#body.addEventListener("click", (event) => this.#onClick(event));
    this.#body.addEventListener("keydown", (event) => this.#onKey(event));
    addEventListener("scroll", () => this.refreshSoon(), { passive: true });
    addEventListener("resize", () => {
      this.#height = 0;
      this.refreshSoon();
    });
  }

  get #headers(): HTMLButtonElement[] {
    return [...this.#element.querySelectorAll<HTMLButtonElement>("thead button")];
  }

  show(on: boolean): void {
    this.#isShown = on;
    this.#element.hidden = !on;
    if (on) return this.#refresh();
    this.#removeAllBut(new Set());
  }

  showOrder(order: Order, reversed: boolean): void {
    for (const button of this.#headers) {
      const isIts = button.dataset["order"] === order;
      // The score goes down from the likeliest.
      const descends = (order === "probability") !== reversed;
      button.closest("th")!.ariaSort = isIts ? (descends ? "descending" : "ascending") : "none";
    }
  }

  /** Once for a frame, however much has changed. */
  refreshSoon(): void {
    if (!this.#isShown) return;
    this.#frame ||= requestAnimationFrame(() => this.#refresh());
  }

  changed(card: Card): void {
    const row = this.#rows.get(card);
    if (row !== undefined) this.#draw(card, row);
  }

  current(): Card | undefined {
    const element = document.activeElement?.closest("tr");
    return [...this.#rows].find(([, row]) => row.element === element)?.[0];
  }

  focus(card: Card): void {
    const at = this.#shown.indexOf(card);
    if (at < 0) return;
    const top = this.#body.getBoundingClientRect().top + at * this.#rowHeight();
    const room = byId("overview").getBoundingClientRect().height + ROOM;
    const below = top + this.#rowHeight() + ROOM - innerHeight;
    if (top < room) scrollBy({ top: top - room, behavior: "instant" });
    else if (below > 0) scrollBy({ top: below, behavior: "instant" });
    this.#refresh();
    this.#rows.get(card)?.part(".open").focus({ preventScroll: true });
  }

  get #shown(): readonly Card[] {
    const { list, words } = this.#context;
    const { shown } = list;
    if (this.#heads.shown !== shown) this.#heads = { shown, said: headsOf(list, words) };
    return shown;
  }

  #refresh(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (!this.#isShown) return;
    const films = this.#shown;
    const focused = this.current();
    const before = focused === undefined ? -1 : Number(this.#rows.get(focused)!.element.ariaRowIndex) - 2;
    this.#element.ariaRowCount = String(films.length + 1);
    const height = this.#rowHeight();
    this.#body.style.blockSize = `${films.length * height}px`;
    const at = focused === undefined ? -1 : films.indexOf(focused);
    const near = rowsNear(films.length, height, this.#body.getBoundingClientRect().top, innerHeight, at);
    this.#removeAllBut(new Set(near.map((index) => films[index]!)));
    let next: Element | null = this.#body.firstElementChild;
    const active = document.activeElement;
    for (const index of near) {
      const card = films[index]!;
      const row = this.#rows.get(card) ?? this.#make(card);
      const { element } = row;
      element.ariaRowIndex = String(index + 2);
      element.style.insetBlockStart = `${index * height}px`;
      if (element === next) next = next.nextElementSibling;
      else this.#body.insertBefore(element, next);
      if (element.contains(active)) (active as HTMLElement).focus({ preventScroll: true }); // what is moved would lose it
      this.#draw(card, row);
    }
    if (focused === undefined || at >= 0) return;
    // The film with the focus is gone: the one in its place has it.
    const other = films[before] ?? films.at(-1);
    if (other !== undefined) this.focus(other);
  }

  #removeAllBut(kept: ReadonlySet<Card>): void {
    for (const [card, { element }] of this.#rows) {
      if (kept.has(card)) continue;
      element.remove();
      this.#rows.delete(card);
    }
  }

  #make(card: Card): Row {
    const element = (this.#template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLTableRowElement;
    const row: Row = { element, mark: new MarkView(element, card.film), part: (selector) => element.querySelector(selector)! };
    const file = card.film.name;
    const { words } = this.#context;
    element.dataset["file"] = file;
    setText(row.part(".open"), file);
    row.part(".open").title = file;
    row.part(".comment").ariaLabel = words.text("comment-on", { file });
    row.part(".star").ariaLabel = words.text("star-film", { file });
    row.part(".pick").ariaLabel = words.text("compare-film", { file });
    this.#rows.set(card, row);
    queueMicrotask(() => this.#thumbnails.draw(card.film, row.part("canvas")));
    return row;
  }

  #draw(card: Card, { element, mark, part }: Row): void {
    const { words, chosen } = this.#context;
    const { film } = card;
    const { reading } = film;
    drawState(element, film, chosen);
    setData(part(".open"), "study", this.#heads.said.get(card) ?? null);
    setData(element, "label", reading?.label ?? null);
    const shares = (reading?.by_population.length ? reading.by_population : reading === null ? [] : [reading]).map(({ probability }) => probability ?? 0);
    const hasScore = chosen.sought !== null && shares.length > 0;
    setText(part(".chance-text"), hasScore ? shares.map((share) => words.percent(share * 100)).join(" · ") : "");
    part(".chance").style.setProperty("--share", String(hasScore ? shares[0] : 0));
    part(".chance").style.setProperty("--at", String(reading?.threshold ?? 0));
    part(".chance").classList.toggle("has-score", hasScore && shares.length === 1);
    const isSaid = film.status === "refused" || film.status === "error";
    setText(part(".reads"), isSaid ? words.text(film.status === "refused" ? "group-refused" : "group-failed") : film.headline);
    setText(part(".why"), isSaid ? film.message : film.notes);
    part(".why").title = isSaid ? film.message : film.notes;
    part<HTMLInputElement>(".pick").checked = this.#context.isPicked(card);
    mark.draw(film);
  }

  #cardOf(target: EventTarget | null): Card | undefined {
    const element = target instanceof Element ? target.closest("tr") : null;
    return [...this.#rows].find(([, row]) => row.element === element)?.[0];
  }

  #onClick(event: MouseEvent): void {
    const card = this.#cardOf(event.target);
    const target = event.target as Element;
    if (card === undefined) return;
    if (target.closest(".pick") !== null) this.#context.pick(card);
    else if (target.closest("button.star, input") === null) this.#context.toggleFull(card);
  }

  #onKey(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    const card = this.#cardOf(event.target);
    if (step === undefined || card === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = this.#context.list.neighbour(card, step);
    event.preventDefault();
    if (next !== null) this.focus(next);
  }

  /** Of every row alike. */
  #rowHeight(): number {
    if (this.#height > 0) return this.#height;
    const probe = (this.#template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    this.#body.append(probe);
    this.#height = probe.offsetHeight || 1;
    probe.remove();
    return this.#height;
  }
}
