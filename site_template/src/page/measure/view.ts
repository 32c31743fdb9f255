// The view "Measured on your films": gathers what is labelled, has it measured, and shows it above the list.

import { RESAMPLES, SEED, type MeasureCalls, type OwnThreshold } from "../../measure/types.ts";
import { pointOf } from "../../shared/decide.ts";
import { byId, setText } from "../dom.ts";
import type { Film } from "../film.ts";
import { patienceOf } from "../patience.ts";
import { startMeasure } from "../start_worker.ts";
import { WatchedWorker } from "../watched_worker.ts";
import { Calibration, Figures } from "./figures.ts";
import { casesOf } from "./cases.ts";
import { classWordsOf, type ClassWords } from "./class_words.ts";
import type { MeasureContext, MeasureView, Taken } from "./context.ts";
import { doublesAmong, type Doubles } from "./doubles.ts";
import { button, el } from "./elements.ts";
import { lookUpViews } from "./film_facts.ts";
import { Subgroups, TwoModels } from "./groups.ts";
import { Head } from "./head.ts";
import { assemble, type LabelledFilm } from "./labelled.ts";
import { LeftOut } from "./left_out.ts";
import { askMeanings } from "./mapping_dialog.ts";
import { Matrix, Refused } from "./matrix.ts";
import { Outputs } from "./outputs.ts";
import { OwnPart } from "./own_part.ts";
import { LARGEST_OWN_BYTES } from "./own_threshold.ts";
import { OwnUse } from "./own_use.ts";
import type { Part, State, Tools } from "./state.ts";
import { LARGEST_TABLE_BYTES, labelTable, textOf, type LabelTable } from "./tables.ts";

/** Films change with every reading; it is measured when none has for so long. */
const QUIET_MILLISECONDS = 500;

export class View implements MeasureView {
  readonly #context: MeasureContext;
  readonly #words: ClassWords;
  readonly #section: HTMLElement;
  readonly #head: Head;
  readonly #parts: readonly Part[];
  readonly #own: OwnPart;
  readonly #ownUse: OwnUse;
  readonly #models: TwoModels;
  readonly #shownBar: HTMLElement;
  readonly #shownText = el("span", {});
  #worker: Promise<WatchedWorker<MeasureCalls>> | null = null;
  #tables: LabelTable[] = [];
  /** What the visitor said that folders and labels mean. */
  readonly #meanings = new Map<string, string | null>();
  #population: string | null = null;
  #isOpen = false;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #measuring = new AbortController();
  #state: State | null = null;
  #known: { readonly key: string; readonly doubles: Doubles<LabelledFilm> } | null = null;
  #wasHeatMap: boolean | null = null;

  constructor(context: MeasureContext) {
    this.#context = context;
    const { site, words, chosen } = context;
    this.#words = classWordsOf(site);
    this.#ownUse = new OwnUse(context);
    const tools: Tools = {
      context,
      ask: (name, input) => this.#ask(name, input),
      showFilms: (films, what) => this.#showFilms(films, what),
      useOwn: (threshold, found) => this.#useOwn(threshold, found),
      saveOwn: () => this.#ownUse.save(),
    };
    this.#head = new Head(context, { change: () => void this.#askMeanings(true), close: () => this.#close(), readAs: (population) => this.#readAs(population) });
    this.#own = new OwnPart(tools, () => this.changed());
    this.#models = new TwoModels(tools);
    const [matrix, figures] = [new Matrix(tools), new Figures(tools)];
    const [refused, calibration, subgroups, left] = [new Refused(tools), new Calibration(tools), new Subgroups(tools), new LeftOut(tools)];
    const outputs = new Outputs(tools, this.#models);
    this.#parts = [matrix, figures, refused, left, this.#own, calibration, subgroups, this.#models, outputs];
    this.#shownBar = el("p", { class: "measured-shown", role: "status", hidden: true }, this.#shownText, " ", button(words.text("measure-show-all"), () => this.#showAll()));
    const body = el("div", { class: "measured-body", hidden: true }, // until there is something to show
      el("div", { class: "columns" }, matrix.element, figures.element), refused.element, left.element,
      this.#own.element, calibration.element, subgroups.element, this.#models.element, outputs.element);
    this.#head.body = body;
    this.#section = el("section", { class: "measured", "data-testid": "measured", "aria-labelledby": "measured-title", tabindex: -1 }, this.#head.element, body);
    for (const event of ["change", "point", "population", "own"]) chosen.addEventListener(event, () => this.changed());
  }

  open(): void {
    this.#isOpen = true;
    this.#context.place.hidden = false;
    this.#context.place.replaceChildren(this.#section, this.#shownBar);
    this.#section.focus({ preventScroll: true });
    this.#section.scrollIntoView({ block: "start" });
    void this.#askMeanings(false).then(() => this.#measure());
  }

  changed(): void {
    if (!this.#isOpen) return;
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.#measure(), QUIET_MILLISECONDS);
  }

  async take(file: File, chosen: boolean): Promise<Taken> {
    const { words, site } = this.#context;
    const nothing = (sentence: string): Taken => ({ kind: "nothing", sentence: chosen ? sentence : "" });
    const isOwn = /\.json$/i.test(file.name);
    if (isOwn && file.size > LARGEST_OWN_BYTES) return nothing(words.text("own-none", { file: file.name }));
    if (file.size > LARGEST_TABLE_BYTES) return nothing(words.text("table-too-large", { file: file.name }));
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await file.arrayBuffer());
    } catch {
      return nothing(words.text("table-unreadable", { file: file.name }));
    }
    if (isOwn) return this.#ownUse.take(file.name, textOf(bytes) ?? "");
    const found = labelTable(file.name, bytes);
    if ("problem" in found) return nothing(words.text(found.problem, found.values));
    if (site.classes.length < 2 || this.#context.chosen.sought === null) return nothing(words.text("table-no-class"));
    this.#tables = [...this.#tables.filter(({ name }) => name !== found.name), found];
    if (this.#isOpen) void this.#askMeanings(false).then(() => this.changed());
    return { kind: "labels", sentence: words.text("measure-offer-table", { file: file.name, n: found.rows.length }) };
  }

  leave(): void {
    clearTimeout(this.#soon);
    this.#measuring.abort();
    this.#shownBar.hidden = true;
    this.#wasHeatMap = null;
  }

  clear(): void {
    this.leave();
    this.#isOpen = false;
    this.#tables = [];
    this.#meanings.clear();
    this.#state = this.#known = null;
    this.#models.clear();
  }

  #close(): void {
    this.#isOpen = false;
    this.#showAll();
    this.#context.place.replaceChildren();
    this.#context.onClose();
    byId("files").focus();
  }

  /** Asks what folders or labels mean: all of them, or those that nobody has said. */
  async #askMeanings(all: boolean): Promise<void> {
    const { values } = this.#assembled();
    if (values.length === 0 || (!all && values.every(({ meaning }) => meaning !== undefined))) return;
    const said = await askMeanings(this.#context, values);
    for (const [text, meaning] of said ?? []) this.#meanings.set(text, meaning);
    if (said !== null && all) void this.#measure();
  }

  #assembled(): ReturnType<typeof assemble> {
    return assemble(this.#context.films(), this.#tables, this.#meanings, this.#words);
  }

  async #measure(): Promise<void> {
    if (!this.#isOpen) return;
    this.#measuring.abort();
    const measuring = (this.#measuring = new AbortController());
    const { signal } = measuring;
    const { site, chosen, films } = this.#context;
    const assembled = this.#assembled();
    const doubles = await this.#doubles(assembled.labelled, signal);
    await lookUpViews(assembled.labelled.map(({ film }) => film));
    if (signal.aborted) return;
    const contradictory = new Set(doubles.contradictory.flat());
    const counted = assembled.labelled.filter((one) => !doubles.again.has(one) && !contradictory.has(one));
    const population = this.#populationOf(counted);
    const of = chosen.current.populations.find(({ name }) => name === population) ?? null;
    const point = pointOf(of ?? chosen.current, chosen.choice.point);
    const threshold = point?.threshold ?? 0.5;
    const cases = casesOf(counted, population, site.positive_class);
    this.#head.waits(cases, assembled.labelled.length, films().length);
    const own = (of ?? chosen.current).auroc ?? null;
    const { prevalence } = this.#own;
    const options = { threshold, prevalence, refused: "left-out", resamples: RESAMPLES, seed: SEED, own } as const;
    try {
      const measured = await this.#ask("measure", { cases: cases.cases, options });
      if (signal.aborted) return;
      this.#state = { assembled, doubles, cases, measured, population, point, threshold, prevalence, own };
    } catch {
      if (!signal.aborted) this.#head.failed();
      return;
    }
    this.#draw(this.#state);
  }

  #draw(state: State): void {
    const { activeElement } = document;
    const key = this.#section.contains(activeElement) ? (activeElement as HTMLElement).dataset["key"] : undefined;
    this.#head.show(state, this.#tables);
    for (const part of this.#parts) part.show(state);
    if (key !== undefined) this.#section.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }

  /** Hashes are known for as long as the labelled films stay the same. */
  async #doubles(labelled: readonly LabelledFilm[], signal: AbortSignal): Promise<Doubles<LabelledFilm>> {
    const key = labelled.map(({ film, label }) => `${film.name}\n${film.file.size}\n${label}`).join("\n");
    if (this.#known?.key !== key) {
      const doubles = await doublesAmong(labelled, signal);
      if (signal.aborted) return doubles;
      this.#known = { key, doubles };
    }
    // The films are the same, the objects around them may not be.
    const now = new Map(labelled.map((one) => [one.film, one]));
    const renewed = ({ film }: LabelledFilm): LabelledFilm[] => (now.has(film) ? [now.get(film)!] : []);
    const { again, contradictory } = this.#known.doubles;
    return {
      again: new Map([...again].flatMap(([one, first]) => renewed(one).map((copy): [LabelledFilm, LabelledFilm] => [copy, renewed(first)[0] ?? first]))),
      contradictory: contradictory.map((same) => same.flatMap(renewed)),
    };
  }

  /** Whose films are measured: as was asked for, as the page reads them, or those that most of them are. */
  #populationOf(labelled: readonly LabelledFilm[]): string | null {
    const { populations } = this.#context.chosen.current;
    if (populations.length === 0) return null;
    const isKnown = (name: string | null): boolean => populations.some((one) => one.name === name);
    if (isKnown(this.#population)) return this.#population;
    if (isKnown(this.#context.chosen.population)) return this.#context.chosen.population;
    const count = (name: string): number => labelled.filter(({ film }) => film.population === name).length;
    return [...populations].sort((a, b) => count(b.name) - count(a.name))[0]!.name;
  }

  #readAs(population: string): void {
    this.#population = population;
    void this.#measure();
  }

  #useOwn(threshold: number, found: OwnThreshold | null): void {
    if (this.#state !== null) this.#ownUse.use(this.#state, threshold, found);
  }

  #showFilms(films: readonly Film[], what: string): void {
    this.#context.show(films);
    setText(this.#shownText, what);
    this.#shownBar.hidden = false;
    const heatMap = document.querySelector<HTMLInputElement>("#heatmap");
    // Of films that were not read there is none.
    if (heatMap !== null && this.#wasHeatMap === null && films.some(({ reading }) => reading !== null)) {
      this.#wasHeatMap = heatMap.checked;
      if (!heatMap.checked && this.#context.chosen.current.has_heatmap) heatMap.click();
    }
    this.#shownBar.scrollIntoView({ block: "start" });
    this.#shownBar.querySelector("button")!.focus({ preventScroll: true });
  }

  #showAll(): void {
    if (this.#shownBar.hidden) return;
    this.#context.show(null);
    this.#shownBar.hidden = true;
    const heatMap = document.querySelector<HTMLInputElement>("#heatmap");
    if (this.#wasHeatMap === false && heatMap?.checked) heatMap.click();
    this.#wasHeatMap = null;
    this.#section.focus({ preventScroll: true });
    this.#section.scrollIntoView({ block: "start" });
  }

  async #ask<Name extends keyof MeasureCalls>(name: Name, input: MeasureCalls[Name]["input"]): Promise<MeasureCalls[Name]["answer"]> {
    const { site } = this.#context;
    const starting = (this.#worker ??= startMeasure(site)().then((worker) => {
      const watched = new WatchedWorker<MeasureCalls>(worker, {}, patienceOf(site.film_patience).stopped);
      watched.onLost = () => (this.#worker = null);
      return watched;
    }));
    starting.catch(() => (this.#worker = null)); // the next try may go better
    return (await starting).call(name, input);
  }
}
