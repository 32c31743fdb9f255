// The page's side of the formats worker, which is started when the first file arrives that only it can open.

import { HEAD_BYTES } from "../formats/format.ts";
import { dicom } from "../formats/dicom/meta.ts";
import { formatOf, isDeep } from "../formats/known.ts";
import { LARGEST_BYTES } from "../image/size.ts";
import type { DicomRules, FormatsCalls, Opened, Unpacked, Unzipped } from "../shared/formats.ts";
import type { GreyWindow } from "../shared/grey_window.ts";
import { ReadingError, type FileReason } from "../shared/reading.ts";
import { Remote, type CallOptions } from "../shared/remote.ts";

/** Longer than the largest film takes on a slow phone: a worker that sends nothing for so long is lost in a broken file. */
const PATIENCE_MILLISECONDS = 120_000;

interface Running {
  readonly worker: Worker;
  readonly remote: Remote<FormatsCalls>;
}

export class FormatsWorker {
  readonly #start: () => Worker | Promise<Worker>;
  readonly #rules: DicomRules | null;
  readonly #opensDicom: boolean;
  #running: Running | null = null;
  #starting: Promise<Running> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Films take turns, so that the bytes of one alone are in memory. */
  #turn: Promise<unknown> = Promise.resolve();

  /** `opensDicom` is false where a site reads no DICOM files at all. */
  constructor(start: () => Worker | Promise<Worker>, rules: DicomRules | null, opensDicom = true) {
    this.#start = start;
    this.#rules = rules;
    this.#opensDicom = opensDicom;
  }

  /** Opens a file that `isForFormats`, with its colours where they are wanted. */
  open(file: Blob, inColour: boolean, signal?: AbortSignal): Promise<Opened> {
    return this.#inTurn(async () => {
      signal?.throwIfAborted();
      const started = performance.now();
      const opened = await this.#film(file, inColour).then((film) => ({ film }), (error: unknown) => ({ reason: reasonOf(error) }));
      return { ...opened, milliseconds: performance.now() - started };
    });
  }

  /** A file as a picture, as seen through `window`; null where the browser shows all that is in it, or it cannot be opened. */
  async preview(file: Blob, window: GreyWindow | null): Promise<Blob | null> {
    if (!(await isForFormats(file))) return null;
    return this.#inTurn(async () => {
      const bytes = await this.#bytes(file);
      return this.#call("preview", { bytes, window }, { transfer: [bytes.buffer] });
    }).catch(() => null);
  }

  /** Unpacks a ZIP; `onFile` is called with every file that may be a film, until `signal` aborts. */
  async unzip(signal: AbortSignal, archive: File, onFile: (name: string, unpacked: Unpacked) => void): Promise<Unzipped> {
    try {
      // WebKit's workers cannot read a Blob where the page was opened from a disk.
      const readable = location.protocol === "file:" ? new Uint8Array(await archive.arrayBuffer()) : archive;
      const transfer = readable instanceof Blob ? [] : [readable.buffer];
      return await this.#call("unzip", readable, { signal, transfer, onReport: ({ name, unpacked }) => onFile(name, unpacked) });
    } catch (error) {
      return { leftOut: 0, reason: signal.aborted ? null : reasonOf(error) };
    }
  }

  /** Ends the worker; the next file gets a new one. */
  end(): void {
    this.#giveUp("no-decoder");
  }

  async #film(file: Blob, inColour: boolean): Promise<FormatsCalls["open"]["answer"]> {
    const bytes = await this.#bytes(file);
    return this.#call("open", { bytes, rules: this.#rules, inColour }, { transfer: [bytes.buffer] });
  }

  async #bytes(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
    if (file.size > LARGEST_BYTES) throw new ReadingError("too-large", `${file.size} bytes`);
    const bytes = new Uint8Array(await file.arrayBuffer());
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
    this.#running ??= await (this.#starting ??= this.#started().finally(() => void (this.#starting = null)));
    const answer = this.#running.remote.call(name, input, options);
    this.#watch();
    return answer;
  }

  async #started(): Promise<Running> {
    const worker = await Promise.resolve(this.#start()).catch(() => {
      throw new ReadingError("no-decoder");
    });
    const remote = new Remote<FormatsCalls>(worker, {});
    worker.addEventListener("message", () => this.#watch());
    worker.onerror = () => this.#giveUp("no-decoder");
    return { worker, remote };
  }

  #watch(): void {
    clearTimeout(this.#timer);
    if ((this.#running?.remote.waiting ?? 0) > 0) this.#timer = setTimeout(() => this.#giveUp("unreadable"), PATIENCE_MILLISECONDS);
  }

  /** The next file gets a new worker. */
  #giveUp(reason: FileReason): void {
    clearTimeout(this.#timer);
    this.#running?.worker.terminate();
    this.#running?.remote.end(new ReadingError(reason));
    this.#running = null;
  }
}

/** Whether it is the formats worker that opens a file. A file that cannot be read here goes to the reading worker, which says so. */
export async function isForFormats(file: Blob): Promise<boolean> {
  return file.slice(0, HEAD_BYTES).arrayBuffer().then((head) => isDeep(new Uint8Array(head)), () => false);
}

function reasonOf(error: unknown): FileReason {
  return error instanceof ReadingError ? error.reason : "unreadable";
}
