// The list of films: adds and removes cards, drives the queue, and keeps what is said of all films together up to date.

import type { Site } from "../shared/site.ts";
import { byId } from "./by_id.ts";
import { Card } from "./card.ts";
import type { Given } from "./intake.ts";
import { Announcer } from "./list/announcer.ts";
import { prepareClearing } from "./list/clearing.ts";
import { drained, inSlices } from "./list/in_slices.ts";
import { Near } from "./list/near.ts";
import { arrange, byProbability } from "./list/order.ts";
import { Overview } from "./list/overview.ts";
import { Tally, type Group } from "./list/tally.ts";
import { TimeLeft } from "./list/time_left.ts";
import type { OperatingPoints } from "./numbers/operating_points.ts";
import { HeatMapControl } from "./heat_map_control.ts";
import { Exports } from "./out/exports.ts";
import type { Film } from "./out/record.ts";
import { Queue } from "./queue.ts";
import type { Reader } from "./reader.ts";
import { aMoment } from "./start_worker.ts";
import { FullView } from "./viewer/full_view.ts";
import type { PageTool } from "./viewer/tools.ts";
import type { Words } from "./words.ts";

/** How closely the strip follows the queue: films may come faster than anyone can read. */
const REFRESH_MILLISECONDS = 100;

export class Readings {
  readonly #site: Site;
  readonly #words: Words;
  readonly #reader: Reader;
  readonly #points: OperatingPoints;
  readonly #exports: Exports;
  readonly #overview: Overview;
  readonly #announcer: Announcer;
  readonly #list = byId<HTMLOListElement>("readings");
  readonly #template = byId<HTMLTemplateElement>("reading-template");
  readonly #start = byId<HTMLButtonElement>("start");
  readonly #stop = byId<HTMLButtonElement>("stop");
  readonly #retryFailed = byId<HTMLButtonElement>("retry-failed");
  readonly #order = byId<HTMLSelectElement>("order");
  readonly #heatMaps = new HeatMapControl();
  readonly #fullView = new FullView({
    neighbour: (card, step) => this.#cards.get(shownBeside(card.element, step)!) ?? null,
    mount: (card) => this.#mount(card),
    left: (card) => this.#near.has(card) || card.unmount(),
  });
  readonly #keys = byId<HTMLDialogElement>("viewer-keys");
  readonly #queue = new Queue(() => this.#refreshSoon());
  readonly #tally = new Tally();
  readonly #timeLeft = new TimeLeft();
  /** In the order in which they came. */
  readonly #cards = new Map<Element, Card>();
  readonly #near = new Near(this.#cards, (card) => this.#mount(card));
  readonly #incoming: Given[] = [];
  #latest: Card | null = null;
  #shown: Group | null = null;
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #arranging = new AbortController();
  #forgetting = new AbortController();
  /** Called when every film is removed, also those that are still to come. */
  onClear: () => void = () => {};

  constructor(site: Site, words: Words, reader: Reader, points: OperatingPoints) {
    this.#site = site;
    this.#points = points;
    this.#words = words;
    this.#reader = reader;
    this.#exports = new Exports(site, words, this.#list, this.#cards, () => this.#heatMaps.shown);
    this.#overview = new Overview(site, words);
    this.#announcer = new Announcer(words);
    points.onChange = () => void inSlices([...this.#cards.values()], (card) => card.decideAt(points.chosen));
    this.#overview.onChoose = (group) => this.#show(group);
    this.#start.addEventListener("click", () => this.#press(() => this.#queue.start()));
    this.#stop.addEventListener("click", () => this.#press(() => this.#queue.stop()));
    this.#retryFailed.addEventListener("click", () => this.#press(() => this.#readAgain(this.#failed)));
    this.#order.addEventListener("change", () => this.#arrange());
    this.#heatMaps.onChange = () => this.#showHeatMaps();
    this.#list.addEventListener("click", ({ target }) => target instanceof Element && this.#clicked(target));
    prepareClearing(() => void this.#clear());
  }

  /** What exports and bug reports say of every film. */
  get films(): Film[] {
    return [...this.#cards.values()].map((card) => card.film);
  }

  add(given: readonly Given[]): void {
    if (given.length === 0) return;
    document.body.classList.add("has-readings");
    const busy = this.#incoming.length > 0;
    for (const one of given) this.#incoming.push(one);
    if (!busy) void inSlices(drained(this.#incoming), (one) => this.#append(one));
  }

  /** With the model that was chosen. Nothing that another one said stays on the page. */
  readAllAgain(): void {
    const cards = [...this.#cards.values()];
    this.#queue.remove(new Set(cards));
    for (const card of cards) card.forget(this.#points.chosen);
    for (const card of this.#near) card.reset(); // what is in view never shows the old words under the new name
    this.#latest = null;
    this.#forgetting.abort();
    this.#forgetting = new AbortController();
    const { signal } = this.#forgetting;
    const readAgain = (card: Card): void => {
      if (!this.#cards.has(card.element)) return;
      card.reset();
      this.#queue.add([card]);
    };
    void inSlices(cards, readAgain, signal);
  }

  get #failed(): Card[] {
    return [...this.#cards.values()].filter(({ status }) => status === "error");
  }

  #append(given: Given): void {
    const card = new Card(given, this.#reader, this.#site, this.#words, this.#template, this.#points.chosen);
    card.onChange = () => this.#changed(card);
    card.onPageTool = (tool) => this.#use(tool, card);
    this.#cards.set(card.element, card);
    this.#tally.put(card);
    this.#filter(card);
    this.#list.append(card.element);
    this.#near.watch(card);
    this.#queue.add([card]);
  }

  #changed(card: Card): void {
    if (!this.#cards.has(card.element)) return; // it was removed while it was read
    const waited = this.#tally.groupOf(card) === "waiting";
    this.#tally.put(card);
    this.#filter(card);
    if (waited && this.#tally.groupOf(card) !== "waiting") {
      this.#latest = card;
      this.#timeLeft.finished(performance.now());
      this.#announcer.finished(() => `${card.film.file}: ${card.film.message}`);
      if (this.#near.has(card)) void card.showHeatMap(this.#heatMaps.shown);
    }
    this.#refreshSoon();
  }

  #clicked(target: Element): void {
    const button = target.closest("button");
    const card = this.#cards.get(target.closest("[data-testid=reading]")!);
    if (button === null || card === undefined) return;
    if (button.matches(".retry")) this.#readAgain([card]);
    else if (button.matches(".anyway")) this.#readAnyway(card);
    else if (button.matches(".remove")) this.#remove(card);
  }

  #readAgain(cards: readonly Card[]): void {
    for (const card of cards) card.reset();
    this.#queue.addFirst(cards);
    if (cards.length === 1) cards[0]!.focus();
  }

  #readAnyway(card: Card): void {
    card.reset(true);
    this.#queue.add([card]);
    card.focus();
  }

  #remove(card: Card): void {
    const neighbour = shownBeside(card.element, 1) ?? shownBeside(card.element, -1);
    this.#queue.remove(new Set([card]));
    this.#forget(card);
    this.#sayNow(this.#words.say("removed", { file: card.film.file }));
    (neighbour?.querySelector<HTMLElement>(".remove") ?? byId("files")).focus();
  }

  async #clear(): Promise<void> {
    const cards = [...this.#cards.values()];
    this.#incoming.length = 0;
    this.onClear();
    this.#queue.remove(new Set(cards));
    await aMoment(); // the dialog that closes has the whole page styled anew
    byId("files").focus();
    this.#list.hidden = true; // gone at once, and nothing is laid out for films that are about to go
    await inSlices(cards, (card) => this.#forget(card));
    this.#list.hidden = false;
    this.#sayNow(this.#words.say("removed-all"));
  }

  /** What is still to be told of finished films comes first: told later, it would take this one's place. */
  #sayNow(text: string): void {
    this.#refreshNow();
    this.#announcer.say(text);
  }

  #forget(card: Card): void {
    this.#cards.delete(card.element);
    this.#tally.remove(card);
    this.#near.forget(card);
    card.element.remove();
    if (this.#latest === card) this.#latest = null;
    if (this.#cards.size === 0) {
      document.body.classList.remove("has-readings");
      this.#overview.showAll();
    }
    this.#refreshSoon();
  }

  #show(group: Group | null): void {
    this.#shown = group;
    void inSlices([...this.#cards.values()], (card) => this.#filter(card));
  }

  #filter(card: Card): void {
    card.element.classList.toggle("is-left-out", this.#shown !== null && this.#tally.groupOf(card) !== this.#shown);
  }

  #arrange(): void {
    this.#arranging.abort();
    this.#arranging = new AbortController();
    const cards = [...this.#cards.values()];
    void arrange(this.#arranging.signal, this.#list, this.#order.value === "probability" ? byProbability(cards) : cards);
  }

  #use(tool: PageTool, card: Card): void {
    if (tool === "full") this.#fullView.toggle(card);
    else if (tool === "heatmap") this.#heatMaps.toggle();
    else this.#keys.showModal();
  }

  #mount(card: Card): void {
    card.mount();
    if (this.#heatMaps.shown) void card.showHeatMap(true);
  }

  #showHeatMaps(): void {
    for (const card of this.#near) void card.showHeatMap(this.#heatMaps.shown);
  }

  /** Start, Stop and their like: whoever pressed one that is off now has the focus on the other. */
  #press(action: () => void): void {
    action();
    this.#refreshNow();
    (this.#stop.disabled ? this.#start : this.#stop).focus();
  }

  #refreshSoon(): void {
    this.#refresh ??= setTimeout(() => this.#refreshNow(), REFRESH_MILLISECONDS);
  }

  #refreshNow(): void {
    clearTimeout(this.#refresh);
    this.#refresh = undefined;
    const { idle, canStart, canStop } = this.#queue;
    this.#start.disabled = !canStart;
    this.#stop.disabled = !canStop;
    this.#retryFailed.hidden = this.#tally.count("failed") === 0;
    this.#exports.enable(this.#tally.finished > 0);
    this.#overview.show(this.#tally, this.#latest, idle ? null : this.#timeLeft.seconds(this.#tally.count("waiting")));
    if (!idle) return;
    this.#timeLeft.pause();
    this.#announcer.tell(() => this.#overview.counts(this.#tally));
    if (this.#order.value !== "given") this.#arrange();
  }
}

/** The film before or after another one, of those that are shown. */
function shownBeside(element: Element, step: 1 | -1): Element | null {
  const beside = (of: Element): Element | null => (step === 1 ? of.nextElementSibling : of.previousElementSibling);
  let other = beside(element);
  while (other?.classList.contains("is-left-out")) other = beside(other);
  return other;
}
