// One film of the list: its file, how far it is, what was found in it and what that means. card.ts draws it.

import { populationOfAge } from "../shared/ages.ts";
import { decide, differ, pointOf, type Choice, type Decided } from "../shared/decide.ts";
import type { Shown, Turn } from "../shared/film.ts";
import type { GreyWindow, Scale } from "../shared/grey_window.ts";
import type { HeatMap } from "../shared/protocol.ts";
import { ReadingError, TURN_REASONS, type FileReason, type Finding, type Status } from "../shared/reading.ts";
import type { OperatingPoint, Population, Sample, Site } from "../shared/site.ts";
import type { ChosenModel } from "./chosen_model.ts";
import { isForFormats } from "./formats_worker.ts";
import type { Given } from "./intake.ts";
import type { KeptPictures } from "./kept_pictures.ts";
import { later } from "./later/load.ts";
import { UNMARKED, type Mark } from "./mark.ts";
import type { Task } from "./queue.ts";
import type { Study } from "./studies.ts";
import type { HeatMapOptions, Reader } from "./reader.ts";
import type { Words } from "./words.ts";

/** What all films of a page share. */
export interface FilmContext {
  readonly site: Site;
  readonly words: Words;
  readonly chosen: ChosenModel;
  readonly reader: Pick<Reader, "read" | "heatMap" | "preview" | "scale" | "again" | "isReady">;
  readonly pictures: KeptPictures;
}

/** Milliseconds that a card waits for the picture that comes with the reading, as where all is stopped. */
const SOON = 10_000;

export class Film implements Task {
  /** Called when its status or its reading has changed. */
  onChange: () => void = () => {};
  readonly file: File;
  /** Tries once more what kept it from being read, and gives other films; null where it is to be read itself. */
  readonly again: (() => void) | null;
  readonly #problem: FileReason | null;
  readonly #study: Study | null;
  readonly #sample: Sample | null;
  readonly #context: FilmContext;
  #status: Status = "queued";
  #reason: string | null = null;
  #finding: Finding | null = null;
  /** Its reading, where that has begun before its turn. */
  #early: { readonly reading: Promise<Finding>; readonly controller: AbortController } | null = null;
  #decided: Decided | null = null;
  #date: Date | null = null;
  #choice: Choice;
  #heatMap: Promise<HeatMap> | null = null;
  #scale: Promise<Scale | null> | null = null;
  /** Whether the visitor wants it read although it was refused. */
  #anyway = false;
  /** How the visitor says that it was turned, so that it is turned back and read. */
  #turn: Turn | null = null;
  #mark = UNMARKED;
  /** Whether its turn to be read comes soon. */
  isSoon: () => boolean = () => false;
  /** What a card waits for. */
  #onShown: () => void = () => {};

  constructor({ file, problem, again, study, sample }: Given, context: FilmContext) {
    this.file = file;
    this.#study = study ?? null;
    this.#sample = sample ?? null;
    this.again = again ?? null;
    this.#problem = problem;
    this.#context = context;
    this.#choice = context.chosen.choice;
  }

  get name(): string {
    return this.file.name;
  }

  get mark(): Mark {
    return this.#mark;
  }

  set mark(mark: Mark) {
    this.#mark = mark;
    this.onChange();
  }

  /** The number of the study that it came with; null where its file names none. */
  get study(): number | null {
    return this.#study?.number ?? null;
  }

  /** Its study in words, without a date or a name; empty where it has none. */
  get studySaid(): string {
    if (this.#study === null) return "";
    const { number, films } = this.#study;
    return this.#context.words.text("study", { number, n: films });
  }

  get status(): Status {
    return this.#status;
  }

  /** Why it was refused or could not be read; null otherwise. */
  get reason(): string | null {
    return this.#reason;
  }

  /** What was found in it, and what that means at the chosen operating point; null while nothing is found. */
  get decided(): Decided | null {
    return this.#decided;
  }

  /** The same, of a film that was read; null otherwise. */
  get reading(): Decided | null {
    return this.#status === "done" ? this.#decided : null;
  }

  /** Of the positive class; null unless it was read. */
  get probability(): number | null {
    return this.reading?.probability ?? null;
  }

  /** The operating point that decided, where it is not said whose film it is the first population's; null for a model without one. */
  get point(): OperatingPoint | null {
    const { current } = this.#context.chosen;
    return pointOf(this.#populations[0] ?? current, this.#choice.point);
  }

  /** Whose film it is: by its file or its sample where that says so, or else as it was chosen; null for a model that reads all films alike. */
  get population(): string | null {
    const { populations } = this.#context.chosen.current;
    if (populations.length === 0) return null;
    const bySample = this.#sample?.age == null ? null : populationOfAge(this.#sample.age, populations);
    return this.#finding?.population ?? bySample ?? this.#choice.population;
  }

  /** Whose film it was read as and how good the model is there, in plain sentences; empty unless it was read by a model that tells. */
  get whose(): string {
    if (this.reading === null || this.population === null) return "";
    const { words } = this.#context;
    const bySelf = this.#finding?.population == null ? "" : this.population === "" ? words.text("age-of-nobody") : words.text("by-its-age");
    // Where populations differ, the reading begins with it.
    const isToSay = this.population === "" && bySelf === "" && !differ(this.reading.by_population);
    const said = isToSay ? words.text("not-said-whose") : bySelf;
    return [said, ...this.#populations.map(({ standing }) => standing)].filter((text) => text !== "").join(" ");
  }

  /** By which threshold it was read and how that did, for everyone whose film it may be. */
  get decidedAt(): string {
    if (this.reading === null) return "";
    if (this.#populations.length < 2) return this.point?.sentence ?? "";
    return this.#populations
      .flatMap((one) => {
        const sentence = pointOf(one, this.#choice.point)?.sentence;
        return sentence === undefined ? [] : [this.#context.words.text("of-population", { population: one.label, sentence })];
      })
      .join(" ");
  }

  /** Whose film it may be: one population, every one where it is not said, none for a model that reads all films alike. */
  get #populations(): readonly Population[] {
    const { populations } = this.#context.chosen.current;
    const said = populations.filter(({ name }) => name === this.population);
    return said.length > 0 ? said : populations;
  }

  /** When it was read. */
  get date(): Date | null {
    return this.#date;
  }

  /** One plain sentence: the reading, what is wrong, or how far it is. */
  get message(): string {
    const { words } = this.#context;
    if (this.#status === "done" || this.#status === "refused") return words.messageOf(this.#decided!);
    return this.#reason === null ? words.text(this.#status) : words.problem(this.#reason);
  }

  /** The reading in a few words, or else its message. */
  get headline(): string {
    return this.reading === null ? this.message : this.#context.words.headlineOf(this.reading);
  }

  /** What stands below the headline of a reading: its score, and what decided; empty unless it was read. */
  get detail(): string {
    return this.reading === null ? "" : this.#context.words.detailOf(this.reading);
  }

  /** What a reader must know beside the reading; mostly empty. */
  get notes(): string {
    if (this.#opened === null) return "";
    const { words } = this.#context;
    const { overridden, frames } = this.#opened;
    const notes = overridden ? [words.text("overridden")] : [];
    if (this.#turn === "inverted") notes.push(words.text("was-negative"));
    else if (this.#turn !== null) notes.push(words.text("was-turned"));
    if (this.reading !== null) notes.push(...this.#populations.map(({ warning }) => warning).filter((text) => text !== ""));
    const own = this.#context.chosen.own?.point;
    if (own !== undefined && this.reading !== null && [this.reading, ...this.reading.by_population].some(({ operating_point: name }) => name === own.name)) notes.push(own.help);
    if (frames !== null && frames > 1) notes.push(words.text("first-frame", { n: frames }));
    if (this.#sample?.truth != null) notes.unshift(words.text("phantom-truth", { label: this.#sample.truth }));
    return notes.join(" ");
  }

  /** What read it, and when; empty unless a network had it. */
  get provenance(): string {
    if (this.#opened === null) return "";
    const { site: { version }, chosen: { current }, words } = this.#context;
    return words.text("provenance", {
      model: current.name, sha256: current.sha256.slice(0, 16), precision: current.precision,
      backend: words.text(`backend-${this.#opened.backend}`), version, date: words.date(this.#date!),
    });
  }

  /** Sizes, times, and the figures of a refusal; empty unless it could be decoded. */
  get details(): string {
    if (this.#opened === null) return "";
    const { words } = this.#context;
    const { width, height, milliseconds, backend } = this.#opened;
    const opened = words.text("details", {
      width: width!, height: height!, milliseconds: Math.round(milliseconds), backend: words.text(`backend-${backend}`),
    });
    // What a check of the picture counted is no part of its sentence.
    const { seen, expected } = this.#opened;
    if (this.#reason === "colour-photograph") return `${opened} · ${words.text("details-colour", { seen, expected })}`;
    return this.#reason === "too-dark-or-blank" ? `${opened} · ${words.text("details-range", { seen, expected })}` : opened;
  }

  /** Computed when it is first asked for, and again after that failed or was aborted. */
  heatMap(options: HeatMapOptions = {}): Promise<HeatMap> {
    if (this.#heatMap !== null) return this.#heatMap;
    const asked = (this.#heatMap = this.#context.reader.heatMap(this.file, { ...options, turn: this.#turn }));
    const forget = (): void => {
      if (this.#heatMap === asked) this.#heatMap = null;
    };
    options.signal?.addEventListener("abort", forget);
    asked.then(() => options.signal?.removeEventListener("abort", forget), forget);
    return asked;
  }

  /** Its picture, as small as a card shows it, where it is none that browsers show; null while there is none. */
  get shown(): Shown | null {
    return this.#context.pictures.of(this);
  }

  /** The same, when it is opened to be read; null where that is not soon. */
  async shownSoon(): Promise<Shown | null> {
    const isToWait = (): boolean => this.shown === null && this.#context.reader.isReady && (this.#status === "running" || (this.#status === "queued" && this.isSoon()));
    if (!isToWait() || !(await isForFormats(this.file)) || !isToWait()) return this.shown;
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, SOON);
      this.#onShown = () => {
        clearTimeout(late);
        resolve();
      };
    });
    return this.shown;
  }

  /** The film as a picture, as seen through `window`; null where the browser shows all that is in its file, or it cannot be opened. */
  async preview(window: GreyWindow | null = null): Promise<Blob | null> {
    const preview = await this.#context.reader.preview(this.file, window);
    if (preview === null || this.#turn === null) return preview;
    return (await later(this.#context.site)).turnedBack(preview, this.#turn);
  }

  /** What its levels are in the values of its file; null where that is not known. */
  scale(): Promise<Scale | null> {
    return (this.#scale ??= this.#context.reader.scale(this.file));
  }

  async run(signal: AbortSignal): Promise<void> {
    if (this.#problem !== null) return this.#fail(this.#problem);
    let finding: Finding;
    const early = this.#early;
    this.#early = null;
    if (early !== null) signal.addEventListener("abort", () => early.controller.abort(), { once: true });
    try {
      finding = await (early?.reading ?? this.#read(signal));
    } catch (error) {
      if (signal.aborted) throw error;
      return this.#fail(error instanceof ReadingError ? error.reason : "engine-failed");
    }
    this.#finding = finding;
    this.#date = new Date();
    this.#reason = finding.reason;
    this.#decide();
    if (finding.status === "error") this.#fail(finding.reason ?? "unreadable");
    else this.#become(finding.status);
  }

  prepare(): void {
    if (this.#early !== null || this.#problem !== null) return;
    const controller = new AbortController();
    const reading = this.#read(controller.signal);
    reading.catch(() => {}); // whoever runs it gets it
    this.#early = { reading, controller };
  }

  relax(): void {
    this.#early?.controller.abort();
    this.#early = null;
  }

  #read(signal: AbortSignal): Promise<Finding> {
    const { reader, pictures } = this.#context;
    const take = (shown: Shown): void => {
      pictures.keep(this, shown);
      this.#onShown();
    };
    const card = this.shown === null ? { side: pictures.side, take } : null;
    return reader.read(this.file, { anyway: this.#anyway, turn: this.#turn }, signal, card);
  }

  be(status: "queued" | "running" | "cancelled"): void {
    this.#become(status);
  }

  /** Decides at another operating point, or as a film of others. */
  decideBy(choice: Choice): void {
    this.#choice = choice;
    this.#decide();
    if (this.#status === "done" || this.#status === "refused") this.onChange();
  }

  /** How it was turned, if it was turned back to be read. */
  get turn(): Turn | null {
    return this.#turn;
  }

  /** How it seems to be turned, where that is why it was refused: turned back it can be read. */
  get seemsTurned(): Turn | null {
    return this.#status === "refused" && TURN_REASONS.includes(this.#reason ?? "") ? (this.#finding?.turn ?? null) : null;
  }

  /** Waits to be read once more, turned back. */
  turnBack(): void {
    this.#turn = this.seemsTurned ?? this.#turn;
    this.reset();
  }

  /** Waits to be read once more; with `anyway` also if it would be refused. */
  reset(anyway = this.#anyway): void {
    this.#anyway = anyway;
    this.forget();
    this.onChange();
  }

  /** Forgets what a model found, so that nothing passes for a finding of the model chosen since; silently, for `reset` is to follow. */
  forget(): void {
    this.relax();
    this.#choice = this.#context.chosen.choice;
    this.#finding = this.#decided = this.#reason = this.#date = this.#heatMap = null;
    this.#status = "queued";
  }

  /** What was found in a film that could be decoded. */
  get #opened(): Decided | null {
    return this.#status === "error" ? null : this.#decided;
  }

  #decide(): void {
    if (this.#finding === null) return;
    const choice = { ...this.#choice, population: this.population ?? "" };
    this.#decided = { ...this.#finding, ...decide(this.#finding, this.#context.chosen.rule, choice) };
  }

  #fail(reason: string): void {
    this.#reason = reason;
    this.#become("error");
  }

  #become(status: Status): void {
    this.#status = status;
    if (status !== "queued" && status !== "running") this.#onShown();
    this.onChange();
  }
}
