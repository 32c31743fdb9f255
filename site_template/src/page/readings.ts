// The page's films at work: adds and removes them, drives the queue, and keeps what holds for all films together up to date.

import type { Card } from "./card.ts";
import { byId } from "./dom.ts";
import { ExportPanel } from "./exports/panel.ts";
import type { LeftOut } from "./exports/record.ts";
import { Film, type FilmContext } from "./film.ts";
import { HeatMapControl } from "./heat_map_control.ts";
import type { Given } from "./intake.ts";
import { later, type Later } from "./later/load.ts";
import { Announcer } from "./list/announcer.ts";
import { prepareClearing } from "./list/clearing.ts";
import { Controls } from "./list/controls.ts";
import { Desk } from "./list/desk.ts";
import { FilmList } from "./list/film_list.ts";
import { drained, emptied, inSlices } from "./list/in_slices.ts";
import { Overview } from "./list/overview.ts";
import { Removals, type Undoable } from "./list/removals.ts";
import { FIRST_MILLISECONDS, Pace } from "./list/pace.ts";
import type { StudyHeads } from "./list/study_heads.ts";
import { TimeLeft } from "./list/time_left.ts";
import { Queue } from "./queue.ts";
import type { BatchReader, Reader } from "./reader.ts";
import { placeSamples } from "./samples.ts";
import { aMoment } from "./start_worker.ts";
import type { PageTool } from "./viewer/tools.ts";

export class Readings {
  readonly #context: FilmContext;
  readonly #reader: BatchReader;
  readonly #exports: ExportPanel;
  readonly #overview: Overview;
  readonly #announcer: Announcer;
  readonly #start = byId<HTMLButtonElement>("start");
  readonly #stop = byId<HTMLButtonElement>("stop");
  readonly #retryFailed = byId<HTMLButtonElement>("retry-failed");
  readonly #keys = byId<HTMLDialogElement>("viewer-keys");
  readonly #heatMaps: HeatMapControl;
  readonly #queue = new Queue(() => this.#refreshSoon(this.#queue.idle ? FIRST_MILLISECONDS : undefined), (waiting) => this.#reader.widthFor(waiting), () => this.#reader.ahead);
  readonly #timeLeft = new TimeLeft();
  readonly #pace = new Pace();
  readonly #controls: Controls;
  readonly #desk: Desk;
  /** For what asks to see some films alone. */
  readonly list: FilmList;
  readonly #incoming: Given[] = [];
  /** Films far from the view that are not drawn yet as they are now. */
  readonly #undrawn = new Set<Card>();
  #latest: Card | null = null;
  #studyHeads: StudyHeads | null = null;
  #headsFrame = 0;
  #refresh: ReturnType<typeof setTimeout> | undefined;
  /** When that comes. */
  #due = 0;
  #forgetting = new AbortController();
  readonly #removals: Removals;
  /** Called when every film is removed, also those that are still to come; gives what has that back. */
  onClear: () => Omit<Undoable, "said"> = () => ({ back: () => {}, gone: () => {} });
  /** What came with the films and is none. */
  leftOut: () => readonly LeftOut[] = () => [];
  /** Called, not too often, when films came, went or changed. */
  onChange: () => void = () => {};

  constructor(context: FilmContext & { readonly reader: BatchReader & Pick<Reader, "workbook"> }) {
    const { site, chosen, words } = context;
    this.#context = context;
    this.#reader = context.reader;
    this.#reader.onWidth = () => this.#queue.widen();
    this.#exports = new ExportPanel({ site, chosen, words, list: this, write: (sheets) => context.reader.workbook(sheets) });
    this.#overview = new Overview(site, chosen, words);
    this.#heatMaps = new HeatMapControl(chosen);
    this.#announcer = new Announcer(words);
    this.#removals = new Removals(site);
    const list = (this.list = new FilmList(context, (card) => this.#mount(card)));
    const room = { mount: (card: Card) => this.#mount(card), left: (card: Card) => void (list.mounted.has(card) || card.unmount()) };
    this.#desk = new Desk(site, { ...context, ...room, list, press: (card, button) => this.#pressOn(card, button) });
    this.#controls = new Controls(chosen, list, this.#desk);
    list.onShown = () => {
      this.#desk.refresh();
      if (list.hasStudies || this.#studyHeads !== null) this.#drawHeadsSoon();
    };
    chosen.addEventListener("change", () => this.#readAllAgain());
    for (const event of ["point", "population"]) chosen.addEventListener(event, () => this.#decideAgain());
    this.#overview.onChoose = (group) => void list.showGroup(group);
    this.#overview.onJump = () => this.#jumpToLatest();
    this.#heatMaps.onChange = () => this.#showHeatMaps();
    this.#start.addEventListener("click", () => this.#press(() => this.#queue.start()));
    this.#stop.addEventListener("click", () => this.#press(() => this.#queue.stop()));
    this.#retryFailed.addEventListener("click", () => this.#press(() => this.#readAgain(this.films.filter(({ status }) => status === "error"))));
    list.element.addEventListener("click", ({ target }) => target instanceof Element && this.#onClick(target));
    prepareClearing(() => void this.#clear());
  }

  /** In the order in which they came. */
  get films(): readonly Film[] {
    return this.list.films;
  }

  get cards(): readonly Card[] {
    return this.list.cards;
  }

  add(given: readonly Given[]): void {
    if (given.length === 0) return;
    this.#removals.lapse();
    hasReadings(true);
    const busy = this.#incoming.length > 0;
    for (const one of given) this.#incoming.push(one);
    if (!busy) void inSlices(drained(this.#incoming), (one) => this.#append(one));
  }

  /** Reads what was given while nothing could be read. */
  readUnread(): void {
    this.#readAgain(this.films.filter(({ reason }) => reason === "engine-failed"));
  }

  /** Has ready what its buttons do. */
  async prepare(): Promise<void> {
    await this.#exports.prepare();
  }

  /** Every film has its picture, and its heat map where those are shown. */
  async prepareToPrint(): Promise<void> {
    for (const card of this.list.cards) await card.prepareToPrint(this.#heatMaps.shown);
  }

  /** With the model that was chosen. Nothing that another one found stays on the page. */
  #readAllAgain(): void {
    const { cards } = this.list;
    this.#removals.lapse();
    this.#queue.remove(new Set(this.films));
    for (const card of cards) card.forget();
    for (const card of this.list.mounted) {
      card.film.reset(); // what is in view never shows the old words under the new name
      void card.showHeatMap(false);
    }
    this.#latest = null;
    this.#forgetting.abort();
    this.#forgetting = new AbortController();
    const { signal } = this.#forgetting;
    const readAgain = (card: Card): void => {
      if (!this.list.has(card)) return;
      card.film.reset();
      this.#queue.add([card.film]);
    };
    void inSlices(cards, readAgain, signal);
  }

  /** Without reading anything again; what is in view first. */
  #decideAgain(): void {
    const near = [...this.list.mounted].map(({ film }) => film);
    void inSlices(new Set([...near, ...this.films]), (film) => film.decideBy(this.#context.chosen.choice));
  }

  /** Says anew which studies the films belong to: a study has grown while they came. */
  drawStudies(): void {
    for (const card of this.list.cards) if (card.film.study !== null) this.#undrawn.add(card);
    this.#refreshSoon();
  }

  #append(given: Given): void {
    const film = new Film(given, this.#context);
    const card = this.list.add(film);
    film.onChange = () => this.#changed(card);
    film.isSoon = () => this.#queue.isSoon(film);
    card.onPageTool = (tool) => this.#use(tool, card);
    this.#queue.add([film]);
  }

  #changed(card: Card): void {
    if (!this.list.has(card)) return; // it was removed while it was read
    if (this.list.mounted.has(card)) card.draw();
    else this.#undrawn.add(card);
    this.#desk.changed(card);
    const waited = this.list.tally.groupOf(card.film) === "waiting";
    this.list.changed(card);
    if (waited && this.list.tally.groupOf(card.film) !== "waiting") {
      this.#latest = card;
      this.#timeLeft.finished(performance.now());
      this.#announcer.finished(card.film);
      if (this.list.mounted.has(card)) void card.showHeatMap(this.#heatMaps.shown);
    }
    this.#refreshSoon();
  }

  #onClick(target: Element): void {
    const button = target.closest("button");
    const card = this.list.cardOf(target.closest("[data-testid=reading]"));
    if (button !== null && card !== undefined) this.#pressOn(card, button);
  }

  #pressOn(card: Card, button: HTMLButtonElement): void {
    if (button.matches(".retry")) this.#retry(card);
    else if (button.matches(".anyway")) this.#readAnyway(card);
    else if (button.matches(".turn")) this.#turnBack(card);
    else if (button.matches(".copy")) void this.#exports.copy(card.film, button);
    else if (button.matches(".pick")) this.#desk.pick(card);
    else if (button.matches(".remove")) this.#remove(card);
  }

  #retry(card: Card): void {
    if (card.film.again !== null) byId("files").focus(); // its place is taken by what comes of it
    this.#readAgain([card.film]);
    card.focus();
  }

  #readAgain(films: readonly Film[]): void {
    if (films.length === 0) return;
    void this.#context.reader.again(); // where nothing can be read, none of them could be
    const [others, own] = [films.filter(({ again }) => again !== null), films.filter(({ again }) => again === null)];
    if (others.length > 0) this.#removals.lapse();
    for (const card of this.list.cards.filter(({ film }) => others.includes(film))) {
      this.#forget(card);
      card.film.again!();
    }
    for (const film of own) film.reset();
    this.#queue.addFirst(own);
  }

  #readAnyway(card: Card): void {
    card.film.reset(true);
    this.#queue.add([card.film]);
    card.focus();
  }

  #turnBack(card: Card): void {
    card.film.turnBack();
    this.#queue.add([card.film]);
    card.focus();
  }

  #remove(card: Card): void {
    const neighbour = this.list.neighbour(card, 1) ?? this.list.neighbour(card, -1);
    neighbour?.fill();
    const { cards } = this.list;
    this.#queue.remove(new Set([card.film]));
    this.#forget(card);
    this.#offerBack(this.#context.words.text("removed", { file: card.film.name }), [card], cards);
    (neighbour?.element.querySelector<HTMLElement>(".remove") ?? byId("files")).focus();
  }

  async #clear(): Promise<void> {
    const { cards } = this.list;
    const { words } = this.#context;
    this.#removals.lapse();
    this.#incoming.length = 0;
    const others = this.onClear();
    this.#queue.remove(new Set(this.films));
    await aMoment(); // the dialog that closes has the whole page styled anew
    byId("files").focus();
    this.list.element.hidden = true; // empty at once, and nothing is laid out for films that are about to be removed
    await inSlices(cards, (card) => this.#forget(card));
    this.list.element.hidden = false;
    if (this.list.size === 0) this.#offerBack(words.text("removed-films", { n: cards.length }), cards, cards, others);
    else others.gone(); // more came meanwhile
  }

  /** Says that films were removed, and has them back on request; `all` is what there was, in the order in which it came. */
  #offerBack(said: string, removed: readonly Card[], all: readonly Card[], others: Omit<Undoable, "said"> | null = null): void {
    this.#announceNow(this.#context.words.text("removed-said", { sentence: said }));
    this.#removals.offer({
      said,
      back: () => {
        others?.back();
        void this.#restore(removed, all);
      },
      gone: () => {
        others?.gone();
        for (const { film } of removed) this.#desk.release(film);
      },
    });
  }

  /** With what was read in them, decided as it is chosen now; what was not read yet waits once more. */
  async #restore(removed: readonly Card[], all: readonly Card[]): Promise<void> {
    hasReadings(true);
    await this.list.restore(removed, all);
    const unread = removed.filter(({ film: { status } }) => status === "queued" || status === "running" || status === "cancelled");
    for (const { film } of unread) film.reset();
    await inSlices(removed, ({ film }) => film.decideBy(this.#context.chosen.choice));
    this.#queue.add(unread.map(({ film }) => film));
    this.#announceNow(this.#context.words.text("restored", { n: removed.length }));
    const first = removed.find((card) => this.list.has(card) && !card.isLeftOut);
    if (first !== undefined) this.#desk.reveal(first);
  }

  /** What is still to be announced of finished films comes first: later it would take this one's place. */
  #announceNow(text: string): void {
    this.#refreshNow();
    this.#announcer.announce(text);
  }

  #forget(card: Card): void {
    this.list.forget(card);
    this.#context.pictures.forget(card.film);
    this.#undrawn.delete(card);
    this.#desk.forget(card);
    if (this.#latest === card) this.#latest = null;
    if (this.list.size === 0) {
      hasReadings(false);
      this.#overview.showAll();
      this.#controls.clear();
    }
    this.#refreshSoon();
  }

  /** Once for a frame; the second script has them. */
  #drawHeadsSoon(): void {
    this.#headsFrame ||= requestAnimationFrame(() => {
      this.#headsFrame = 0;
      const { site, words } = this.#context;
      const draw = ({ studyHeads }: Later): void => (this.#studyHeads ??= studyHeads(this.list, words)).draw();
      void later(site).then(draw).catch(() => {}); // each card says which study it is of
    });
  }

  #jumpToLatest(): void {
    if (this.#latest === null) return;
    if (this.#latest.isLeftOut) {
      this.#overview.showAll();
      this.#controls.clear();
    }
    this.#desk.reveal(this.#latest);
  }

  #use(tool: PageTool, card: Card): void {
    if (tool === "window-all") this.#showAllThrough(card);
    else if (tool === "full") void this.#desk.toggleFull(card);
    else if (tool === "heatmap") this.#context.chosen.current.has_heatmap ? this.#heatMaps.toggle() : card.toggleCovering();
    else this.#keys.showModal();
  }

  /** All films through the window of one; says in which way it is the same. */
  #showAllThrough(card: Card): void {
    const viewer = card.viewer!;
    const { forOthers } = viewer;
    for (const other of this.list.cards) if (other !== card) other.setWindow(forOthers);
    const { words } = this.#context;
    const said = forOthers.scale === null ? words.text("window-all-own") : words.text("window-all-values");
    viewer.note(said);
    this.#announcer.announce(said);
  }

  #mount(card: Card): void {
    card.mount();
    if (this.#heatMaps.shown) void card.showHeatMap(true);
  }

  #showHeatMaps(): void {
    for (const card of this.list.mounted) void card.showHeatMap(this.#heatMaps.shown);
  }

  /** Start, Stop and their like: whoever pressed one that is off now has the focus on the other. */
  #press(action: () => void): void {
    action();
    this.#refreshNow();
    (this.#stop.disabled ? this.#start : this.#stop).focus();
  }

  #refreshSoon(milliseconds = this.#pace.milliseconds): void {
    const due = performance.now() + milliseconds;
    if (this.#refresh !== undefined && this.#due <= due) return;
    clearTimeout(this.#refresh);
    this.#due = due;
    this.#refresh = setTimeout(() => this.#refreshNow(), milliseconds);
  }

  #refreshNow(): void {
    clearTimeout(this.#refresh);
    this.#refresh = undefined;
    void inSlices(emptied(this.#undrawn), (card) => card.draw());
    this.#pace.drawn();
    const { idle, canStart, canStop } = this.#queue;
    this.#start.disabled = !canStart;
    this.#stop.disabled = !canStop;
    this.#retryFailed.hidden = this.list.tally.count("failed") === 0;
    this.#exports.enable(this.list.tally.finished > 0);
    this.onChange();
    this.#overview.show(this.list, this.#latest?.film ?? null, idle ? null : this.#timeLeft.seconds(this.list.tally.count("waiting")));
    if (!idle) return;
    this.#timeLeft.pause();
    this.#announcer.flush(() => this.#overview.counts(this.list.tally));
    this.#controls.arrangeAgain();
    if (this.list.tally.finished > 0) void this.prepare().catch(() => {}); // the browser's own menu prints without waiting for it
  }
}

function hasReadings(has: boolean): void {
  document.body.classList.toggle("has-readings", has);
  placeSamples(has);
}
