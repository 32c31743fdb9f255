// Types of plainfilm.js, Plainfilm's reader for pages of others: docs/embedding.md of Plainfilm says how to use it.

/** What reading one film gives. Fields are null where the film never reached the network. */
export interface Reading {
  /** The file's name; empty where a nameless picture was given. */
  readonly file: string;
  /** A plain sentence: the reading, or what is wrong. Show the model's warning beside it. */
  readonly message: string;
  readonly status: "done" | "refused" | "error";
  /** A stable code: why it was refused or could not be read. */
  readonly reason: string | null;
  /** What the reason was seen by: a word in the file's header, such as `CT`, or a number; empty where there is none. */
  readonly seen: string;
  /** The number that would have done; empty where `seen` is not a number. */
  readonly expected: string;
  /** The class read at the default operating point. */
  readonly label: string | null;
  /** Of the positive class, 0–1. */
  readonly probability: number | null;
  readonly probabilities: readonly { readonly class_name: string; readonly probability: number }[];
  readonly logit: readonly number[];
  readonly operating_point: string | null;
  /** Of the operating point; 0.5 where the model has none. */
  readonly threshold: number;
  readonly indeterminate_zone: { readonly from: number; readonly to: number } | null;
  readonly zone: "ruled-out" | "indeterminate" | "ruled-in" | null;
  /** How the picture was turned back before it was read; of a refused one, how it seems to be turned. Null where it is as it came. */
  readonly turn: "inverted" | "upside-down" | "clockwise" | "anticlockwise" | null;
  /** Whose film it was read as: empty where that is not said, null for a model that reads all films alike. */
  readonly population: string | null;
  /** Where it is not said, by each of the model's populations; what else is here is by the first, but for `zone`. */
  readonly by_population: readonly PopulationVerdict[];
  /** Distance from the training films. */
  readonly ood_score: number | null;
  /** Whether it would have been refused and was read on request. */
  readonly overridden: boolean;
  readonly backend: "wasm" | "webgl" | "litert";
  readonly model: string;
  /** Of the decoded picture, in pixels. */
  readonly width: number | null;
  readonly height: number | null;
  /** Pictures in the file, of which the first was read. */
  readonly frames: number | null;
  readonly milliseconds: number;
}

/** What a film is read as where it is of this population. */
export interface PopulationVerdict {
  readonly population: string;
  readonly label: string | null;
  readonly probability: number | null;
  readonly probabilities: readonly { readonly class_name: string; readonly probability: number }[];
  readonly operating_point: string | null;
  readonly threshold: number;
  readonly indeterminate_zone: { readonly from: number; readonly to: number } | null;
  readonly zone: "ruled-out" | "indeterminate" | "ruled-in" | null;
}

export interface ClassifyOptions {
  /** Also read a picture that would be refused. */
  readonly anyway?: boolean;
  /** How the picture was turned, as `turn` of a refused reading says it: it is turned back before it is read. */
  readonly turn?: Reading["turn"];
  /**
   * Whose film it is: one of the model's populations; another name rejects with a RangeError. Where it is empty or left out, the
   * age in a DICOM file says it, or the film is read by every population and is indeterminate where they differ.
   */
  readonly population?: string;
}

export interface Ready {
  readonly backend: "wasm" | "webgl" | "litert";
  readonly model: string;
}

export interface Plainfilm {
  readonly version: string;
  readonly ready: Promise<Ready>;
  /**
   * A film that cannot be read resolves too, with its reason; rejects only when the engine is not usable, or when the film twice
   * stopped what reads it (`reason` of the error: `took-too-long`, `reader-stopped`).
   */
  classify(picture: Blob | ImageBitmap, options?: ClassifyOptions): Promise<Reading>;
}

export interface OpenOptions {
  /** The name of a model of the site; null is its default. */
  model?: string | null;
  /** The language of `message`, such as `fr`; null is the site's own. */
  language?: string | null;
}

/** Loads a model, and gives what reads with it; rejects when nothing can be read here. `close` ends its workers. */
export function open(options?: OpenOptions): Promise<Plainfilm & { close(): void }>;

/**
 * `<plainfilm-reader model="…" population="…" lang="…" theme="light|dark">`.
 *
 * Events bubble out of it: `plainfilm-ready`, `plainfilm-reading` for each film that was read or refused, `plainfilm-error`
 * for each that could not be opened, and, with `reading: null`, where nothing can be read.
 */
export class PlainfilmReader extends HTMLElement {
  /** Resolves when films can be read; rejects when they cannot. */
  readonly ready: Promise<Ready>;
  /** Reads one picture and shows nothing. */
  classify(picture: Blob | ImageBitmap, options?: ClassifyOptions): Promise<Reading>;
  /** Reads pictures and shows what was read, as if they had been dropped on the element. */
  read(files: Iterable<File>): Promise<void>;
}

declare global {
  interface HTMLElementTagNameMap {
    "plainfilm-reader": PlainfilmReader;
  }
  interface HTMLElementEventMap {
    "plainfilm-ready": CustomEvent<Ready>;
    "plainfilm-reading": CustomEvent<Reading>;
    "plainfilm-error": CustomEvent<{ readonly message: string; readonly reading: Reading | null }>;
  }
}
