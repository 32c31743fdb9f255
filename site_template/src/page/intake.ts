// The ways in: choose files or a folder, drop them anywhere, paste. ZIPs and folders become the films in them.

import { beginsAsFilm, mayBeFilm } from "../formats/film_names.ts";
import { HEAD_BYTES } from "../formats/format.ts";
import { isArchive } from "../formats/zip/meta.ts";
import type { Unpacked } from "../shared/formats.ts";
import type { FileReason } from "../shared/reading.ts";
import type { Site } from "../shared/site.ts";
import { droppedItems, named, type Dropped } from "./folders.ts";
import type { FormatsWorker } from "./formats_worker.ts";
import { takeLaunches } from "./launch.ts";
import { offerSamples } from "./samples.ts";
import type { Words } from "./words.ts";

/** A file, and why it shall not be read; null where it shall. */
export interface Given {
  readonly file: File;
  readonly problem: FileReason | null;
  /** Tries once more what the problem came of; it gives what comes of that by itself. */
  readonly again?: () => void;
}

/** What may go better the next time, of an archive. */
const PASSING: readonly FileReason[] = ["no-decoder", "took-too-long", "reader-stopped"];

/** Of the files that are left out. */
const NAMES_SHOWN = 3;
const LONGEST_NAME = 40;

type Take = (given: Given[]) => void;

export class Intake {
  readonly #formats: FormatsWorker;
  readonly #words: Words;
  readonly #take: Take;
  readonly #status = document.querySelector<HTMLElement>("#intake-status")!;
  /** Names. */
  #leftOut: readonly string[] = [];
  #opening = new AbortController();

  /** `take` is called with films as they come, whichever way they came. */
  constructor(site: Site, formats: FormatsWorker, words: Words, take: Take) {
    this.#formats = formats;
    this.#words = words;
    this.#take = take;
    const files = document.querySelector<HTMLInputElement>("#files")!;
    const folder = document.querySelector<HTMLInputElement>("#folder")!;
    this.#listen(files, (chosen) => this.#open(chosen));
    this.#listen(folder, async (chosen) => this.#open(await this.#films(chosen.map((file) => named(file, file.webkitRelativePath)))));
    document.addEventListener("paste", ({ clipboardData }) => {
      const pasted = [...(clipboardData?.files ?? [])];
      if (pasted.length > 0) void this.#open(pasted);
    });
    takeLaunches((files) => void this.#open(files));
    const lost = (): void => void (this.#status.textContent = words.text("sample-missing"));
    offerSamples(site, (file) => void this.#open([file]), lost);
    takeDrops((dropped) => void this.#openDropped(dropped));
  }

  /** Drops what has come so far and is not yet taken, such as the rest of a ZIP. */
  stop(): void {
    this.#opening.abort();
    this.#opening = new AbortController();
    this.#leftOut = [];
    this.#leftOutSoFar();
  }

  #listen(input: HTMLInputElement, open: (files: File[]) => Promise<void>): void {
    input.addEventListener("change", () => {
      void open([...(input.files ?? [])]);
      input.value = ""; // so that the same film can be chosen again
    });
  }

  async #openDropped(dropped: Dropped[]): Promise<void> {
    const { signal } = this.#opening;
    const before = this.#leftOut.length;
    let files: File[] = [];
    for (const one of dropped) files = files.concat(one instanceof File ? one : await this.#films(await one));
    if (!signal.aborted) await this.#open(files);
    if (files.length === 0 && this.#leftOut.length === before) this.#status.textContent = this.#words.text("folder-empty");
  }

  /** Takes files, in their order; ZIPs are unpacked. */
  async #open(files: File[]): Promise<void> {
    const { signal } = this.#opening;
    this.#leftOutSoFar();
    for (let first = 0; first < files.length && !signal.aborted; ) {
      const next = files.findIndex((file, index) => index >= first && isArchive(file));
      const end = next === -1 ? files.length : next;
      if (end > first) this.#take(files.slice(first, end).map((file) => ({ file, problem: null })));
      if (next !== -1) await this.#unzip(signal, files[next]!);
      first = end + (next === -1 ? 0 : 1);
    }
  }

  /** `skipped`: how many of its files came before. */
  async #unzip(signal: AbortSignal, archive: File, skipped = 0): Promise<void> {
    this.#status.textContent = this.#words.text("unpacking", { file: archive.name });
    const take = (name: string, unpacked: Unpacked): void => {
      const problem = typeof unpacked === "string" ? unpacked : null;
      this.#take([{ file: new File(typeof unpacked === "string" ? [] : [unpacked], `${archive.name}/${name}`), problem }]);
    };
    const { leftOut, reason, given } = await this.#formats.unzip(signal, archive, take, skipped);
    if (signal.aborted) return;
    const again = (): void => void this.#unzip(this.#opening.signal, archive, given);
    if (reason !== null) this.#take([{ file: archive, problem: reason, ...(PASSING.includes(reason) && { again }) }]);
    this.#leftOut = this.#leftOut.concat(leftOut);
    this.#leftOutSoFar();
  }

  /** Those of a folder's files that may be films. */
  async #films(files: File[]): Promise<File[]> {
    const films = await filtered(files, async (file) => mayBeFilm(file.name) || beginsAsFilm(file.name, await start(file)));
    const taken = new Set(films);
    this.#leftOut = this.#leftOut.concat(files.filter((file) => !taken.has(file)).map(({ name }) => name));
    return films;
  }

  #leftOutSoFar(): void {
    const names = this.#leftOut.slice(0, NAMES_SHOWN).map(shortened);
    if (this.#leftOut.length > NAMES_SHOWN) names.push("…");
    const said = { files: this.#leftOut.length, names: names.join(", ") };
    this.#status.textContent = said.files === 0 ? "" : this.#words.text("left-out", said);
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
  return file.slice(0, HEAD_BYTES).arrayBuffer().then((head) => new Uint8Array(head), () => new Uint8Array());
}

/** A path's last part, and not more of it than fits. */
function shortened(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
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
