// The page's side of the formats worker, which is started when the first file arrives that only it can open.

import { HEAD_BYTES } from "../formats/format.ts";
import { dicom } from "../formats/dicom/meta.ts";
import { formatOf, isDeep } from "../formats/known.ts";
import { checkBytes } from "../image/size.ts";
import type { PopulationAges } from "../shared/ages.ts";
import { HEADER_BYTES, type DicomRules, type FormatsCalls, type Opened, type Sorted, type Unpacked, type Unzipped } from "../shared/formats.ts";
import { GREY_LEVELS, type GreyWindow, type Scale } from "../shared/grey_window.ts";
import { ReadingError, type FileReason } from "../shared/reading.ts";
import type { CallOptions } from "../shared/remote.ts";
import type { Sheet } from "../shared/xlsx.ts";
import { StartError } from "../shared/start_error.ts";
import { patienceOf, type Patience } from "./patience.ts";
import { within } from "./watchdog.ts";
import { WatchedWorker, WorkerLost } from "./watched_worker.ts";

/** How often a file is opened that stops the worker. */
const MOST_ATTEMPTS = 2;
/** So that the beginnings of so many alone are in memory. */
const SORTED_AT_ONCE = 100;

export interface FormatsOptions {
  readonly rules: DicomRules | null;
  /** False where a site reads no DICOM files at all. */
  readonly opensDicom?: boolean;
  readonly patience?: Patience;
  /** Whether the site was updated since this page was opened. */
  readonly isOutdated?: () => Promise<boolean>;
}

export class FormatsWorker {
  readonly #start: () => Worker | Promise<Worker>;
  readonly #rules: DicomRules | null;
  readonly #opensDicom: boolean;
  readonly #patience: Patience;
  readonly #isOutdated: () => Promise<boolean>;
  #running: WatchedWorker<FormatsCalls> | null = null;
  #starting: Promise<WatchedWorker<FormatsCalls>> | null = null;
  readonly #unzipping = new Set<WatchedWorker<FormatsCalls>>();
  /** Films take turns, so that the bytes of one alone are in memory. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(start: () => Worker | Promise<Worker>, { rules, opensDicom = true, patience = patienceOf(), isOutdated = () => Promise.resolve(false) }: FormatsOptions) {
    this.#start = start;
    this.#rules = rules;
    this.#opensDicom = opensDicom;
    this.#patience = patience;
    this.#isOutdated = isOutdated;
  }

  /**
   * Opens a file that `isForFormats`, with its colours where they are wanted, and with a picture of `side` pixels; the age in its header tells
   * which of `populations` it is of.
   */
  open(file: Blob, inColour: boolean, signal?: AbortSignal, populations: readonly PopulationAges[] = [], side: number | null = null): Promise<Opened> {
    return this.#inTurn(async () => {
      signal?.throwIfAborted();
      const started = performance.now();
      const opened = await this.#opened(file, "open", (bytes) => ({ bytes, rules: this.#rules, inColour, populations, side }), signal).then(
        (film) => ({ film }),
        (error: unknown) => {
          signal?.throwIfAborted();
          return { reason: reasonOf(error) };
        },
      );
      return { ...opened, milliseconds: performance.now() - started };
    });
  }

  /** A file as a picture, as seen through `window`; null where the browser shows all that is in it, or it cannot be opened. */
  async preview(file: Blob, window: GreyWindow | null): Promise<Blob | null> {
    if (!(await isForFormats(file))) return null;
    return this.#inTurn(() => this.#opened(file, "preview", (bytes) => ({ bytes, window }))).catch(() => null);
  }

  /** What a film's levels are in the values of its file: those of 8 bits are its values. Null where that is not known. */
  async scale(file: Blob): Promise<Scale | null> {
    if (!(await isForFormats(file))) return GREY_LEVELS;
    return this.#inTurn(() => this.#opened(file, "scale", (bytes) => ({ bytes }))).catch(() => null);
  }

  /** What DICOM files are, by their headers alone; null where that is not known, as of files that are no DICOM. */
  async sort(files: readonly File[]): Promise<(Sorted | null)[]> {
    if (!this.#opensDicom) return files.map(() => null);
    const answers: (Sorted | null)[] = [];
    for (let from = 0; from < files.length; from += SORTED_AT_ONCE) answers.push(...(await this.#sorted(files.slice(from, from + SORTED_AT_ONCE))));
    return answers;
  }

  async #sorted(files: readonly File[], [bytes, more]: readonly (number | undefined)[] = HEADER_BYTES): Promise<(Sorted | null)[]> {
    const heads = await Promise.all(files.map(async (file) => (await beginning(file, bytes)) ?? new Uint8Array()));
    for (const [index, head] of heads.entries()) if (head.length > 0) known.set(files[index]!, isDeep(head));
    const dicoms = heads.flatMap((head, index) => (dicom.begins(head) ? [index] : []));
    const answers: (Sorted | null)[] = files.map(() => null);
    if (dicoms.length === 0) return answers;
    const input = { rules: this.#rules, files: dicoms.map((index) => ({ head: heads[index]!, isWhole: more === undefined || heads[index]!.length === files[index]!.size })) };
    const sorted = await this.#inTurn(() => this.#call("sort", input, { patience: () => this.#patience.ofFile(bytes! * dicoms.length, 0) }));
    for (const [nth, index] of dicoms.entries()) answers[index] = sorted[nth] ?? null;
    if (more === undefined) return answers;
    for (const index of dicoms.filter((_, nth) => sorted[nth] === null)) answers[index] = (await this.#sorted([files[index]!], [more]))[0]!;
    return answers;
  }

  /** A workbook as a file. Rejects where the worker cannot be had. */
  workbook(sheets: readonly Sheet[]): Promise<Blob> {
    return this.#inTurn(() => this.#call("workbook", sheets, { patience: () => this.#patience.answer }));
  }

  /**
   * Unpacks a ZIP in a worker of its own; `onFile` is called with every file that may be a film, but for the first `skipped`, until
   * `signal` aborts.
   */
  async unzip(signal: AbortSignal, archive: File, onFile: (name: string, unpacked: Unpacked, study: string) => void, skipped = 0): Promise<Unzipped & { readonly given: number }> {
    let given = skipped;
    for (let attempt = 1; ; attempt += 1) {
      let come = 0;
      const take = ({ name, unpacked, study }: FormatsCalls["unzip"]["report"]): void => {
        if ((come += 1) <= given) return;
        given = come;
        onFile(name, unpacked, study);
      };
      try {
        return { ...(await this.#unzip(signal, archive, take)), given };
      } catch (error) {
        if (signal.aborted) return { leftOut: [], reason: null, given };
        if (error instanceof WorkerLost && attempt < MOST_ATTEMPTS) continue;
        return { leftOut: [], reason: reasonOf(error), given };
      }
    }
  }

  async #unzip(signal: AbortSignal, archive: File, onReport: (report: FormatsCalls["unzip"]["report"]) => void): Promise<Unzipped> {
    const patience = (): number => this.#patience.ofArchive(archive.size);
    // WebKit's workers cannot read a Blob where the page was opened from a disk.
    const readable = location.protocol === "file:" ? new Uint8Array(await within(patience(), archive.arrayBuffer(), lateFile)) : archive;
    const worker = await this.#started();
    this.#unzipping.add(worker);
    try {
      return await worker.call("unzip", { archive: readable, rules: this.#rules }, { signal, transfer: readable instanceof Blob ? [] : [readable.buffer], patience, onReport });
    } finally {
      this.#unzipping.delete(worker);
      worker.end(new ReadingError("no-decoder"));
    }
  }

  /** Ends the workers; the next file gets a new one. */
  end(): void {
    for (const worker of [this.#running, ...this.#unzipping]) worker?.end(new ReadingError("no-decoder"));
    this.#running = null;
  }

  /** Whatever stops the worker has it once more, in a new one. */
  async #opened<Name extends "open" | "preview" | "scale">(
    file: Blob, name: Name, inputOf: (bytes: Uint8Array<ArrayBuffer>) => FormatsCalls[Name]["input"], signal?: AbortSignal,
  ): Promise<FormatsCalls[Name]["answer"]> {
    for (let attempt = 1; ; ) {
      const bytes = await this.#bytes(file);
      let pixels: number | null = null;
      const patience = (): number => (pixels === null ? this.#patience.ofFile(file.size, 0) : this.#patience.ofPicture(pixels, 0));
      const onReport = (report: number): void => void (pixels = report);
      try {
        return await this.#call(name, inputOf(bytes), { signal, transfer: [bytes.buffer], patience, onReport } as CallOptions<FormatsCalls[Name]>);
      } catch (error) {
        if (!(error instanceof WorkerLost) || signal?.aborted) throw error;
        if (!error.blamed) continue;
        if (attempt === MOST_ATTEMPTS) throw error;
        attempt += 1;
      }
    }
  }

  async #bytes(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
    checkBytes(file.size);
    const read = within(this.#patience.ofFile(file.size, 0), file.arrayBuffer(), lateFile);
    const bytes = new Uint8Array(await read);
    if (!this.#opensDicom && formatOf(bytes) === dicom) throw new ReadingError("not-an-image");
    return bytes;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #call<Name extends keyof FormatsCalls>(
    name: Name, input: FormatsCalls[Name]["input"], options: CallOptions<FormatsCalls[Name]>,
  ): Promise<FormatsCalls[Name]["answer"]> {
    if (this.#running === null) {
      const worker = await (this.#starting ??= this.#started().finally(() => void (this.#starting = null)));
      this.#running = worker;
      worker.onLost = () => void (this.#running = null);
    }
    return this.#running.call(name, input, options);
  }

  async #started(): Promise<WatchedWorker<FormatsCalls>> {
    try {
      return new WatchedWorker<FormatsCalls>(await this.#start(), {}, this.#patience.stopped);
    } catch (error) {
      const isOutdated = error instanceof StartError && ["missing", "changed"].includes(error.problem) && (await this.#isOutdated());
      throw new ReadingError(isOutdated ? "page-outdated" : "no-decoder", error instanceof Error ? error.message : String(error));
    }
  }
}

/** Of files whose first bytes were read: they are asked for the card and for the reading, and each time takes a trip to the browser's own process. */
const known = new WeakMap<Blob, boolean>();

/** Whether it is the formats worker that opens a file; `bytes` are its own where they were read. A file that cannot be read here goes to the reading worker, which says so. */
export async function isForFormats(file: Blob, bytes: Uint8Array | null = null): Promise<boolean> {
  const head = known.has(file) ? null : (bytes ?? (await beginning(file, HEAD_BYTES)));
  if (head !== null) known.set(file, isDeep(head));
  return known.get(file) ?? false;
}

/** Bytes of a file that is hardly longer than its beginning: a part of a file takes the browser longer than a little more of it. */
const LITTLE = 1 << 16;

/** A file's first bytes, or more; null where it cannot be read. */
export function beginning(file: Blob, bytes = Infinity): Promise<Uint8Array<ArrayBuffer> | null> {
  return (file.size <= LITTLE ? file : file.slice(0, bytes)).arrayBuffer().then((read) => new Uint8Array(read), () => null);
}

export const lateFile = (): ReadingError => new ReadingError("took-too-long", "the file could not be read");

function reasonOf(error: unknown): FileReason {
  return error instanceof ReadingError || error instanceof WorkerLost ? error.reason : "unreadable";
}
