// The ways in: choose files or a folder, drop them anywhere, paste. ZIPs and folders become the films in them.

import { mayBeFilm } from "../formats/film_names.ts";
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

type Take = (given: Given[]) => void;

export class Intake {
  readonly #formats: FormatsWorker;
  readonly #words: Words;
  readonly #take: Take;
  readonly #status = document.querySelector<HTMLElement>("#intake-status")!;
  #leftOut = 0;
  #opening = new AbortController();

  /** `take` is called with films as they come, whichever way they came. */
  constructor(site: Site, formats: FormatsWorker, words: Words, take: Take) {
    this.#formats = formats;
    this.#words = words;
    this.#take = take;
    const files = document.querySelector<HTMLInputElement>("#files")!;
    const folder = document.querySelector<HTMLInputElement>("#folder")!;
    this.#listen(files, (chosen) => this.#open(chosen));
    this.#listen(folder, (chosen) => this.#open(this.#films(chosen.map((file) => named(file, file.webkitRelativePath)))));
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
    this.#leftOut = 0;
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
    let files: File[] = [];
    for (const one of dropped) files = files.concat(one instanceof File ? one : this.#films(await one));
    if (!signal.aborted) await this.#open(files);
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
    this.#leftOut += leftOut;
    this.#leftOutSoFar();
  }

  #films(files: File[]): File[] {
    const films = files.filter(({ name }) => mayBeFilm(name));
    this.#leftOut += files.length - films.length;
    return films;
  }

  #leftOutSoFar(): void {
    this.#status.textContent = this.#leftOut === 0 ? "" : this.#words.text("left-out", { files: this.#leftOut });
  }
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
