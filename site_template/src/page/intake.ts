// The ways in: choose files or a folder, drop them anywhere, paste. ZIPs and folders become the films in them.

import { beginsAsFilm, isIndex, isNamedAsPicture, isTable, mayBeFilm } from "../formats/film_names.ts";
import { HEAD_BYTES } from "../formats/format.ts";
import { isArchive } from "../formats/zip/meta.ts";
import type { Sorted, Unpacked } from "../shared/formats.ts";
import type { FileReason } from "../shared/reading.ts";
import type { Sample, Site } from "../shared/site.ts";
import type { LeftOut } from "./exports/record.ts";
import { droppedItems, inOrder, named, type Dropped } from "./folders.ts";
import { beginning, type FormatsWorker } from "./formats_worker.ts";
import { takeLaunches } from "./launch.ts";
import { LeftOutList } from "./left_out.ts";
import { offerSamples } from "./samples.ts";
import { byStudy, Studies, type Study } from "./studies.ts";
import type { Words } from "./words.ts";

/** A file, and why it shall not be read; null where it shall. */
export interface Given {
  readonly file: File;
  readonly problem: FileReason | null;
  /** Which it belongs to, where its file says so. */
  readonly study?: Study | null;
  /** What the site says of it, of one that it offers to try. */
  readonly sample?: Sample | null;
  /** Tries once more what the problem came of; it gives what comes of that by itself. */
  readonly again?: () => void;
}

/** What may go better the next time, of an archive. */
const PASSING: readonly FileReason[] = ["no-decoder", "took-too-long", "reader-stopped"];

/** So many files may be chosen one by one that each is tried, whatever it is; of more, as of a folder, DICOM files are sorted out. */
const MOST_BY_HAND = 20;
/** Of so many files it is said that they are looked through. */
const MANY = 100;

/** A file that may be a film. */
interface Found {
  readonly file: File;
  /** UID; empty where that is not known. */
  readonly study: string;
  readonly sample?: Sample | null;
}

type Take = (given: Given[]) => void;
/** Called with a table, or what else may be for measuring: chosen by itself, or found in a folder or a ZIP. */
type TakeTable = (file: File, chosen: boolean) => void;

export class Intake {
  readonly #formats: FormatsWorker;
  readonly #words: Words;
  readonly #take: Take;
  readonly #takeTable: TakeTable;
  readonly #status = document.querySelector<HTMLElement>("#intake-status")!;
  readonly #leftOut: LeftOutList;
  /** How many have come. */
  #tables = 0;
  #studies = new Studies();
  /** Called when a study may have more films than when its first ones came. */
  onStudies: () => void = () => {};
  #opening = new AbortController();

  /** `take` is called with films as they come, whichever way they came. */
  constructor(site: Site, formats: FormatsWorker, words: Words, take: Take, takeTable: TakeTable = () => {}) {
    this.#formats = formats;
    this.#words = words;
    this.#take = take;
    this.#leftOut = new LeftOutList(words);
    this.#takeTable = takeTable;
    const files = document.querySelector<HTMLInputElement>("#files")!;
    const folder = document.querySelector<HTMLInputElement>("#folder")!;
    this.#listen(files, (chosen) => this.#openChosen(chosen));
    this.#listen(folder, async (chosen) => this.#open(await this.#films(inOrder(chosen.map((file) => named(file, file.webkitRelativePath))))));
    document.addEventListener("paste", ({ clipboardData }) => {
      const pasted = [...(clipboardData?.files ?? [])];
      if (pasted.length > 0) void this.#openChosen(pasted);
    });
    takeLaunches((files) => void this.#openChosen(files));
    const lost = (): void => void (this.#status.textContent = words.text("sample-missing"));
    offerSamples(site, (file, sample) => void this.#open([{ file, study: "", sample }]), lost);
    takeDrops((dropped) => void this.#openDropped(dropped));
  }

  /** Drops what has come so far and is not yet taken, such as the rest of a ZIP, and forgets what was left out; gives what remembers that. */
  stop(): () => void {
    this.#opening.abort();
    this.#opening = new AbortController();
    const [putBack, studies] = [this.#leftOut.take(), this.#studies];
    this.#studies = new Studies();
    this.#leftOutSoFar();
    return () => {
      putBack();
      this.#studies = studies;
      this.#leftOutSoFar();
    };
  }

  /** What came with the films and is none, by kind. */
  leftOut(): readonly LeftOut[] {
    return this.#leftOut.counts();
  }

  #listen(input: HTMLInputElement, open: (files: File[]) => Promise<void>): void {
    input.addEventListener("change", () => {
      void open([...(input.files ?? [])]);
      input.value = ""; // so that the same film can be chosen again
    });
  }

  async #openDropped(dropped: Dropped[]): Promise<void> {
    const { signal } = this.#opening;
    const before = this.#leftOut.size;
    const tables = this.#tables;
    const byHand = this.#withoutTables(dropped.filter((one) => one instanceof File), true);
    let films: Found[] = [];
    for (const one of dropped) films = films.concat(!(one instanceof File) ? await this.#films(await one) : byHand.length > MOST_BY_HAND || !byHand.includes(one) ? [] : [{ file: one, study: "" }]);
    if (byHand.length > MOST_BY_HAND) films = (await this.#sorted(byHand)).concat(films);
    if (!signal.aborted) await this.#open(films);
    if (films.length === 0 && this.#leftOut.size === before && this.#tables === tables) this.#status.textContent = this.#words.text("folder-empty");
  }

  async #openChosen(chosen: readonly File[]): Promise<void> {
    const { signal } = this.#opening;
    const files = this.#withoutTables(chosen, true);
    const films = files.length > MOST_BY_HAND ? await this.#sorted(files) : files.map((file) => ({ file, study: "" }));
    if (!signal.aborted) await this.#open(films);
  }

  /** Takes films, in their order; ZIPs are unpacked. */
  async #open(films: readonly Found[]): Promise<void> {
    const { signal } = this.#opening;
    this.#leftOutSoFar();
    for (let first = 0; first < films.length && !signal.aborted; ) {
      const next = films.findIndex(({ file }, index) => index >= first && isArchive(file));
      const end = next === -1 ? films.length : next;
      if (end > first) this.#take(films.slice(first, end).map(({ file, study, sample = null }) => ({ file, problem: null, study: this.#studies.of(study), sample })));
      if (next !== -1) await this.#unzip(signal, films[next]!.file);
      first = end + (next === -1 ? 0 : 1);
    }
  }

  /** `skipped`: how many of its files came before. */
  async #unzip(signal: AbortSignal, archive: File, skipped = 0): Promise<void> {
    this.#status.textContent = this.#words.text("unpacking", { file: archive.name });
    let taken = 0;
    const take = (name: string, unpacked: Unpacked, study: string): void => {
      if (isTable(name) && typeof unpacked !== "string") return this.#takeTable(new File([unpacked], `${archive.name}/${name}`), false);
      taken += 1;
      const problem = typeof unpacked === "string" ? unpacked : null;
      this.#take([{ file: new File(typeof unpacked === "string" ? [] : [unpacked], `${archive.name}/${name}`), problem, study: this.#studies.of(study) }]);
    };
    const { leftOut, reason, given } = await this.#formats.unzip(signal, archive, take, skipped);
    if (signal.aborted) return;
    const again = (): void => void this.#unzip(this.#opening.signal, archive, given);
    if (reason !== null) this.#take([{ file: archive, problem: reason, ...(PASSING.includes(reason) && { again }) }]);
    this.#leftOut.add(leftOut, taken);
    this.#leftOutSoFar();
    this.onStudies();
  }

  /** Hands over tables, and what else was chosen that is no film by its name; gives the other files. */
  #withoutTables(files: readonly File[], chosen: boolean): File[] {
    const isNoFilm = ({ name }: File): boolean => isTable(name) || (chosen && /\.json$/i.test(name));
    const tables = files.filter(isNoFilm);
    this.#tables += tables.length;
    for (const table of tables) this.#takeTable(table, chosen);
    return files.filter((file) => !isNoFilm(file));
  }

  /** Those of a folder's files that may be films. */
  async #films(all: readonly File[]): Promise<Found[]> {
    const files = this.#withoutTables(all, false);
    const films = await filtered(files, async (file) => mayBeFilm(file.name) || beginsAsFilm(file.name, await start(file)));
    const taken = new Set(films);
    const others = files.filter((file) => !taken.has(file)).map(({ name }) => ({ name, kind: isIndex(name) ? "DICOMDIR" : "not-a-film" }));
    this.#leftOut.add(others, 0);
    return byStudy(await this.#sorted(films), ({ study }) => study);
  }

  /** Those that are no DICOM files of another kind: only their headers are read. All of them where that is not to be had. */
  async #sorted(files: readonly File[]): Promise<Found[]> {
    if (files.length > MANY) this.#status.textContent = this.#words.text("looking-through");
    const known = new Map<File, Sorted | null>();
    const unknown = files.filter(({ name }) => !isNamedAsPicture(name));
    const answers = await this.#formats.sort(unknown).catch(() => []);
    for (const [index, file] of unknown.entries()) known.set(file, answers[index] ?? null);
    const found = files.flatMap((file): Found[] => (known.get(file)?.other == null ? [{ file, study: known.get(file)?.study ?? "" }] : []));
    const others = files.flatMap((file) => (known.get(file)?.other == null ? [] : [{ name: file.name, kind: known.get(file)!.other! }]));
    this.#leftOut.add(others, found.filter(({ file }) => !isArchive(file)).length);
    return found;
  }

  #leftOutSoFar(): void {
    const sentence = document.createElement("span"); // on a phone this one is not seen: the list below says it as well (bar.css)
    sentence.textContent = this.#leftOut.said();
    this.#status.replaceChildren(...(sentence.textContent === "" ? [] : [sentence]));
  }
}

/** Those that pass, in their order; a hundred are looked at at a time. */
async function filtered<T>(all: readonly T[], passes: (one: T) => Promise<boolean>): Promise<T[]> {
  const AT_ONCE = 100;
  const passed: T[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    const answers = await Promise.all(some.map(passes));
    passed.push(...some.filter((_, index) => answers[index]));
  }
  return passed;
}

/** A file's first bytes; none where it cannot be read. */
function start(file: File): Promise<Uint8Array> {
  return beginning(file, HEAD_BYTES).then((head) => head ?? new Uint8Array());
}

function takeDrops(take: (dropped: Dropped[]) => void): void {
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const dragging = (on: boolean): void => void document.body.classList.toggle("dragging", on);
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    dragging(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) dragging(false);
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    dragging(false);
    take(droppedItems(event.dataTransfer!));
  });
}
