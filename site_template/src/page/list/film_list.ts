// The films of the page as a list: their cards, which of them are shown, and in which order.

import { Card } from "../card.ts";
import { byId } from "../dom.ts";
import type { Film, FilmContext } from "../film.ts";
import { inSlices, MOVED } from "./in_slices.ts";
import { Mounted } from "./mounted.ts";
import { later } from "../later/load.ts";
import { byStudy } from "../studies.ts";
import type { Order } from "./order.ts";
import { Tally, type Group } from "./tally.ts";

/** Of a longer list a film's words are made when it comes near the view. */
const ALL_FILLED = 100;

export class FilmList {
  /** Called when other films are shown, or in another order. */
  onShown: () => void = () => {};
  readonly element = byId<HTMLOListElement>("readings");
  readonly tally = new Tally();
  readonly mounted: Mounted;
  readonly #context: FilmContext;
  readonly #template = byId<HTMLTemplateElement>("reading-template");
  /** By their elements, in the order in which they came. */
  readonly #cards = new Map<Element, Card>();
  readonly #starred = new Set<Film>();
  /** How many films there are of each study, by its number. */
  readonly #studies = new Map<number, number>();
  #isScattered = false;
  /** In the order in which they stand, those that are left out too. */
  #sequence: Card[] = [];
  #shown: readonly Card[] | null = null;
  #group: Group | "starred" | null = null;
  #text = "";
  /** Of all films those alone, with their places, where some were chosen elsewhere. */
  #wanted: ReadonlyMap<Film, number> | null = null;
  #order: Order = "given";
  #reversed = false;
  #arranging = new AbortController();

  /** `mount` is called with a card that came near the view. */
  constructor(context: FilmContext, mount: (card: Card) => void) {
    this.#context = context;
    this.mounted = new Mounted(this.element, this.#cards, () => this.shown, mount);
  }

  /** In the order in which they came. */
  get cards(): readonly Card[] {
    return [...this.#cards.values()];
  }

  get films(): readonly Film[] {
    return this.cards.map(({ film }) => film);
  }

  get size(): number {
    return this.#cards.size;
  }

  get starred(): number {
    return this.#starred.size;
  }

  get hasStudies(): boolean {
    return this.#studies.size > 0;
  }

  /** Whether the films stand by study: as they came, and a study has several. */
  get isGrouped(): boolean {
    return this.#order === "given" && this.#wanted === null && [...this.#studies.values()].some((films) => films > 1);
  }

  /** Whether a study's films came apart, and are to be brought together. */
  get isScattered(): boolean {
    return this.#isScattered && this.isGrouped;
  }

  filmsOf(study: number): number {
    return this.#studies.get(study) ?? 0;
  }

  /** Those that are to be seen, in their order. */
  get shown(): readonly Card[] {
    return (this.#shown ??= this.#sequence.filter(({ isLeftOut }) => !isLeftOut));
  }

  has(card: Card): boolean {
    return this.#cards.has(card.element);
  }

  cardOf(element: Element | null): Card | undefined {
    return element === null ? undefined : this.#cards.get(element);
  }

  add(film: Film): Card {
    const card = new Card(film, this.#context, this.#template, this.size >= ALL_FILLED);
    this.#cards.set(card.element, card);
    const { study } = film;
    if (study !== null && this.#studies.has(study) && this.#sequence.at(-1)?.film.study !== study) this.#isScattered = true;
    this.#count(film, 1);
    this.#sequence.push(card);
    this.tally.put(film);
    this.#filter(card);
    this.element.append(card.element);
    this.#changed();
    return card;
  }

  forget(card: Card): void {
    this.#cards.delete(card.element);
    this.#sequence = this.#sequence.length > 1 && this.size > 0 ? this.#sequence.filter((one) => one !== card) : [];
    this.tally.remove(card.film);
    this.#starred.delete(card.film);
    this.#count(card.film, -1);
    this.mounted.forget(card);
    card.element.remove();
    this.#changed();
  }

  /** Puts films back that were forgotten, `all` being in the order in which they came, and brings the list into its order. */
  async restore(films: readonly Card[], all: readonly Card[]): Promise<void> {
    this.#cards.clear();
    for (const card of all) this.#cards.set(card.element, card);
    await inSlices(films, (card) => {
      if (!this.has(card)) return;
      this.#filter(card);
      this.#count(card.film, 1);
      this.#sequence.push(card);
      this.changed(card);
    });
    await this.arrange();
  }

  /** To be called when a film has changed. */
  changed(card: Card): void {
    this.tally.put(card.film);
    this.#starred[card.film.mark.starred ? "add" : "delete"](card.film);
    this.#filter(card);
    this.onShown();
  }

  /** The one before or after another, of those that are shown; null at an end. */
  neighbour(card: Card, step: 1 | -1): Card | null {
    let index = this.#sequence.indexOf(card) + step;
    while (this.#sequence[index]?.isLeftOut) index += step;
    return this.#sequence[index] ?? null;
  }

  showGroup(group: Group | "starred" | null): Promise<void> {
    this.#group = group;
    return this.#filterAll();
  }

  /** Those whose name, reading or comment holds all of these words. */
  find(text: string): Promise<void> {
    this.#text = text.trim().toLocaleLowerCase();
    return this.#filterAll();
  }

  /** Those alone, in the order given, unless another one is chosen; null: all. */
  async show(films: Iterable<Film> | null): Promise<void> {
    this.#wanted = films === null ? null : new Map([...films].map((film, index) => [film, index]));
    await Promise.all([this.#filterAll(), this.#order === "given" && this.arrange()]);
  }

  get isChosen(): boolean {
    return this.#wanted !== null;
  }

  /** Brings all films into an order, or into the one that they are in already once more. */
  async arrange(order = this.#order, reversed = this.#reversed): Promise<void> {
    this.#order = order;
    this.#reversed = reversed;
    this.#arranging.abort();
    const { signal } = (this.#arranging = new AbortController());
    const found = later(this.#context.site).catch(() => null); // without the second script they stay as they are
    const cards = await this.#inOrder(signal).catch(() => null);
    const arranging = await found;
    if (cards === null || arranging === null) return;
    if (this.isGrouped) this.#isScattered = false;
    const known = new Set(cards); // others came meanwhile, or went
    this.#sequence = [...cards.filter((card) => this.has(card)), ...this.cards.filter((card) => !known.has(card))];
    this.#changed();
    await arranging.arrange(signal, this.element, this.#sequence.map(({ element }) => element));
    this.mounted.lookSoon();
    this.onShown();
  }

  async #inOrder(signal: AbortSignal): Promise<Card[] | null> {
    const [cards, order, wanted] = [[...this.cards], this.#order, this.#wanted];
    if (cards.length < 2) return cards;
    if (order === "given" && wanted === null) return this.isGrouped ? byStudy(cards, ({ film }) => film.study) : cards;
    const reversed = this.#reversed;
    const { sorted, KEYS } = await later(this.#context.site);
    if (order === "given") return sorted(cards, ({ film }) => wanted!.get(film) ?? null, false, signal);
    return sorted(cards, ({ film }) => KEYS[order](film), reversed, signal);
  }

  #count({ study }: Film, change: 1 | -1): void {
    if (study === null) return;
    const films = this.filmsOf(study) + change;
    if (films > 0) this.#studies.set(study, films);
    else this.#studies.delete(study);
  }

  async #filterAll(): Promise<void> {
    await inSlices(this.cards, (card) => this.#filter(card));
    this.#changed();
  }

  #filter(card: Card): unknown {
    const isLeftOut = this.#leavesOut(card.film);
    if (isLeftOut === card.isLeftOut) return null;
    card.isLeftOut = isLeftOut;
    this.#shown = null;
    this.mounted.lookSoon();
    return MOVED;
  }

  #leavesOut(film: Film): boolean {
    if (this.#wanted !== null && !this.#wanted.has(film)) return true;
    if (this.#group === "starred" ? !film.mark.starred : this.#group !== null && this.tally.groupOf(film) !== this.#group) return true;
    if (this.#text === "") return false;
    const said = `${film.name} ${film.message} ${film.mark.comment}`.toLocaleLowerCase();
    return !this.#text.split(/\s+/).every((word) => said.includes(word));
  }

  #changed(): void {
    this.#shown = null;
    this.mounted.lookSoon();
    this.onShown();
  }
}
