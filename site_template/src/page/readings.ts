// The list of films: adds and removes them, drives the queue, and keeps what holds for all films together up to date.

import { Card } from "./card.ts";
import { byId } from "./dom.ts";
import { ExportPanel } from "./exports/panel.ts";
import { unfoldForPrinting } from "./exports/print.ts";
import type { LeftOut } from "./exports/record.ts";
import { Film, type FilmContext } from "./film.ts";
import { HeatMapControl } from "./heat_map_control.ts";
import type { Given } from "./intake.ts";
import { Announcer } from "./list/announcer.ts";
import { prepareClearing } from "./list/clearing.ts";
import { drained, emptied, inSlices } from "./list/in_slices.ts";
import { Mounted } from "./list/mounted.ts";
import { arrange, byProbability } from "./list/order.ts";
import { Overview } from "./list/overview.ts";
import { Pace } from "./list/pace.ts";
import { Tally, type Group } from "./list/tally.ts";
import { TimeLeft } from "./list/time_left.ts";
import { Queue } from "./queue.ts";
import type { BatchReader, Reader } from "./reader.ts";
import { aMoment } from "./start_worker.ts";
import { FullView } from "./viewer/full_view.ts";
import type { PageTool } from "./viewer/tools.ts";

export class Readings {
  readonly #context: FilmContext;
  readonly #reader: BatchReader;
  readonly #exports: ExportPanel;
  readonly #overview: Overview;
  readonly #announcer: Announcer;
  readonly #fullView: FullView;
  readonly #list = byId<HTMLOListElement>("readings");
  readonly #template = byId<HTMLTemplateElement>("reading-template");
  readonly #start = byId<HTMLButtonElement>("start");
  readonly #stop = byId<HTMLButtonElement>("stop");
  readonly #retryFailed = byId<HTMLButtonElement>("retry-failed");
  readonly #order = byId<HTMLSelectElement>("order");
  readonly #keys = byId<HTMLDialogElement>("viewer-keys");
  readonly #heatMaps: HeatMapControl;
  readonly #queue = new Queue(() => this.#refreshSoon(), (waiting) => this.#reader.widthFor(waiting));
  readonly #tally = new Tally();
  readonly #timeLeft = new TimeLeft();
  readonly #pace = new Pace();
  /** By their elements, in the order in which they came. */
  readonly #cards = new Map<Element, Card>();
  readonly #mounted = new Mounted(this.#cards, (card) => this.#mount(card));
  readonly #incoming: Given[] = [];
  /** Films far from the view that are not drawn yet as they are now. */
  readonly #undrawn = new Set<Card>();
  #latest: Card | null = null;
  #shown: Group | null = null;
  /** Of all films those alone, where some were chosen elsewhere. */
  #chosenFilms: ReadonlySet<Film> | null = null;
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #arranging = new AbortController();
  #forgetting = new AbortController();
  /** Called when every film is removed, also those that are still to come. */
  onClear: () => void = () => {};
  /** What came with the films and is none. */
  leftOut: () => readonly LeftOut[] = () => [];
  /** Called, not too often, when films came, went or changed. */
  onChange: () => void = () => {};

  constructor(context: FilmContext & { readonly reader: BatchReader & Pick<Reader, "workbook"> }) {
    const { site, chosen, words } = context;
    this.#context = context;
    this.#reader = context.reader;
    this.#reader.onWidth = () => this.#queue.widen();
    this.#exports = new ExportPanel(site, chosen, words, this, (sheets) => context.reader.workbook(sheets));
    this.#overview = new Overview(site, chosen, words);
    this.#heatMaps = new HeatMapControl(chosen);
    this.#announcer = new Announcer(words);
    this.#fullView = new FullView(
      {
        neighbour: (card, step) => this.#cards.get(shownBeside(card.element, step)!) ?? null,
        mount: (card) => this.#mount(card),
        press: (card, button) => this.#pressOn(card, button),
        left: (card) => this.#mounted.has(card) || card.unmount(),
      },
      context,
    );
    chosen.addEventListener("change", () => this.#readAllAgain());
    chosen.addEventListener("change", () => this.#offerOrder());
    this.#offerOrder();
    for (const event of ["point", "population"]) chosen.addEventListener(event, () => this.#decideAgain());
    this.#overview.onChoose = (group) => this.#show(group);
    this.#overview.onJump = () => this.#jumpToLatest();
    this.#heatMaps.onChange = () => this.#showHeatMaps();
    this.#start.addEventListener("click", () => this.#press(() => this.#queue.start()));
    this.#stop.addEventListener("click", () => this.#press(() => this.#queue.stop()));
    this.#retryFailed.addEventListener("click", () => this.#press(() => this.#readAgain(this.films.filter(({ status }) => status === "error"))));
    this.#order.addEventListener("change", () => this.#arrange());
    this.#list.addEventListener("click", ({ target }) => target instanceof Element && this.#onClick(target));
    unfoldForPrinting(this.#list);
    prepareClearing(() => void this.#clear());
  }

  /** In the order in which they came. */
  get films(): readonly Film[] {
    return [...this.#cards.values()].map(({ film }) => film);
  }

  add(given: readonly Given[]): void {
    if (given.length === 0) return;
    document.body.classList.add("has-readings");
    const busy = this.#incoming.length > 0;
    for (const one of given) this.#incoming.push(one);
    if (!busy) void inSlices(drained(this.#incoming), (one) => this.#append(one));
  }

  /** Reads what was given while nothing could be read. */
  readUnread(): void {
    this.#readAgain(this.films.filter(({ reason }) => reason === "engine-failed"));
  }

  /** The films of the page, for what asks to see some of them alone: null shows all. */
  readonly list = {
    show: (films: Iterable<Film> | null): void => {
      this.#chosenFilms = films === null ? null : new Set(films);
      this.#show(this.#shown);
    },
  };

  /** Every film has its picture, and its heat map where those are shown. */
  async prepareToPrint(): Promise<void> {
    for (const card of this.#cards.values()) await card.prepareToPrint(this.#heatMaps.shown);
  }

  /** With the model that was chosen. Nothing that another one found stays on the page. */
  #readAllAgain(): void {
    const cards = [...this.#cards.values()];
    this.#queue.remove(new Set(this.films));
    for (const card of cards) card.forget();
    for (const card of this.#mounted) {
      card.film.reset(); // what is in view never shows the old words under the new name
      void card.showHeatMap(false);
    }
    this.#latest = null;
    this.#forgetting.abort();
    this.#forgetting = new AbortController();
    const { signal } = this.#forgetting;
    const readAgain = ({ element, film }: Card): void => {
      if (!this.#cards.has(element)) return;
      film.reset();
      this.#queue.add([film]);
    };
    void inSlices(cards, readAgain, signal);
  }

  /** Without reading anything again; what is in view first. */
  #decideAgain(): void {
    const near = [...this.#mounted].map(({ film }) => film);
    void inSlices(new Set([...near, ...this.films]), (film) => film.decideBy(this.#context.chosen.choice));
  }

  /** Says anew which studies the films belong to: a study has grown while they came. */
  drawStudies(): void {
    for (const card of this.#cards.values()) if (card.film.study !== null) this.#undrawn.add(card);
    this.#refreshSoon();
  }

  #append(given: Given): void {
    const film = new Film(given, this.#context);
    const card = new Card(film, this.#context, this.#template);
    film.onChange = () => this.#changed(card);
    card.onPageTool = (tool) => this.#use(tool, card);
    this.#cards.set(card.element, card);
    this.#tally.put(film);
    this.#filter(card);
    this.#list.append(card.element);
    this.#mounted.watch(card);
    this.#queue.add([film]);
  }

  #changed(card: Card): void {
    if (!this.#cards.has(card.element)) return; // it was removed while it was read
    if (this.#mounted.has(card)) card.draw();
    else this.#undrawn.add(card);
    this.#fullView.changed(card);
    const waited = this.#tally.groupOf(card.film) === "waiting";
    this.#tally.put(card.film);
    this.#filter(card);
    if (waited && this.#tally.groupOf(card.film) !== "waiting") {
      this.#latest = card;
      this.#timeLeft.finished(performance.now());
      this.#announcer.finished(card.film);
      if (this.#mounted.has(card)) void card.showHeatMap(this.#heatMaps.shown);
    }
    this.#refreshSoon();
  }

  #onClick(target: Element): void {
    const button = target.closest("button");
    const card = this.#cards.get(target.closest("[data-testid=reading]")!);
    if (button !== null && card !== undefined) this.#pressOn(card, button);
  }

  #pressOn(card: Card, button: HTMLButtonElement): void {
    if (button.matches(".retry")) this.#retry(card);
    else if (button.matches(".anyway")) this.#readAnyway(card);
    else if (button.matches(".turn")) this.#turnBack(card);
    else if (button.matches(".copy")) void this.#exports.copy(card.film, button);
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
    for (const card of [...this.#cards.values()].filter(({ film }) => others.includes(film))) {
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
    const neighbour = shownBeside(card.element, 1) ?? shownBeside(card.element, -1);
    this.#queue.remove(new Set([card.film]));
    this.#forget(card);
    this.#announceNow(this.#context.words.text("removed", { file: card.film.name }));
    (neighbour?.querySelector<HTMLElement>(".remove") ?? byId("files")).focus();
  }

  async #clear(): Promise<void> {
    const cards = [...this.#cards.values()];
    this.#incoming.length = 0;
    this.onClear();
    this.#queue.remove(new Set(this.films));
    await aMoment(); // the dialog that closes has the whole page styled anew
    byId("files").focus();
    this.#list.hidden = true; // empty at once, and nothing is laid out for films that are about to be removed
    await inSlices(cards, (card) => this.#forget(card));
    this.#list.hidden = false;
    this.#announceNow(this.#context.words.text("removed-all"));
  }

  /** What is still to be announced of finished films comes first: later it would take this one's place. */
  #announceNow(text: string): void {
    this.#refreshNow();
    this.#announcer.announce(text);
  }

  #forget(card: Card): void {
    this.#cards.delete(card.element);
    this.#undrawn.delete(card);
    this.#tally.remove(card.film);
    this.#mounted.forget(card);
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
    card.element.classList.toggle("is-left-out", this.#isLeftOut(card));
  }

  #isLeftOut({ film }: Card): boolean {
    if (this.#chosenFilms !== null && !this.#chosenFilms.has(film)) return true;
    return this.#shown !== null && this.#tally.groupOf(film) !== this.#shown;
  }

  #jumpToLatest(): void {
    if (this.#latest === null) return;
    if (this.#isLeftOut(this.#latest)) this.#overview.showAll();
    this.#latest.element.scrollIntoView({ block: "start" });
    this.#latest.focus();
  }

  /** The likeliest first, where a class is looked for: of several that are not, each card says its own likeliest. */
  #offerOrder(): void {
    const isOffered = this.#context.chosen.sought !== null;
    this.#order.closest("label")!.hidden = !isOffered;
    if (isOffered || this.#order.value === "given") return;
    this.#order.value = "given";
    this.#arrange();
  }

  #arrange(): void {
    this.#arranging.abort();
    this.#arranging = new AbortController();
    const came = [...this.#cards.values()];
    const cards = this.#order.value === "probability" ? byProbability(came, ({ film }) => film.probability) : came;
    void arrange(this.#arranging.signal, this.#list, cards.map(({ element }) => element));
  }

  #use(tool: PageTool, card: Card): void {
    if (tool === "window-all") for (const other of this.#cards.values()) other.setWindow(card.viewer!.window);
    else if (tool === "full") this.#fullView.toggle(card);
    else if (tool === "heatmap") this.#context.chosen.current.has_heatmap ? this.#heatMaps.toggle() : card.toggleCovering();
    else this.#keys.showModal();
  }

  #mount(card: Card): void {
    card.mount();
    if (this.#heatMaps.shown) void card.showHeatMap(true);
  }

  #showHeatMaps(): void {
    for (const card of this.#mounted) void card.showHeatMap(this.#heatMaps.shown);
  }

  /** Start, Stop and their like: whoever pressed one that is off now has the focus on the other. */
  #press(action: () => void): void {
    action();
    this.#refreshNow();
    (this.#stop.disabled ? this.#start : this.#stop).focus();
  }

  #refreshSoon(): void {
    this.#refresh ??= setTimeout(() => this.#refreshNow(), this.#pace.milliseconds);
  }

  #refreshNow(): void {
    clearTimeout(this.#refresh);
    this.#refresh = undefined;
    void inSlices(emptied(this.#undrawn), (card) => card.draw());
    this.#pace.drawn();
    const { idle, canStart, canStop } = this.#queue;
    this.#start.disabled = !canStart;
    this.#stop.disabled = !canStop;
    this.#retryFailed.hidden = this.#tally.count("failed") === 0;
    this.#exports.enable(this.#tally.finished > 0);
    this.onChange();
    this.#overview.show(this.#tally, this.#latest?.film ?? null, idle ? null : this.#timeLeft.seconds(this.#tally.count("waiting")));
    if (!idle) return;
    this.#timeLeft.pause();
    this.#announcer.flush(() => this.#overview.counts(this.#tally));
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
