// What the page and the view "Measured on your films" know of each other; the view is in a script of its own.

import type { Site } from "../../shared/site.ts";
import type { ChosenModel } from "../chosen_model.ts";
import type { Film } from "../film.ts";
import type { Words } from "../words.ts";

export interface MeasureContext {
  readonly site: Site;
  readonly chosen: ChosenModel;
  readonly words: Words;
  /** Of the page, in the order in which they came. */
  readonly films: () => readonly Film[];
  /** Shows these alone, in this order; null: all. */
  readonly show: (films: readonly Film[] | null) => void;
  /** Where the view goes. */
  readonly place: HTMLElement;
  /** Called when the visitor closes the view. */
  readonly onClose: () => void;
}

/** What offers to measure. */
export interface Offer {
  /** Films came in folders, by these paths. */
  saw(paths: readonly string[]): void;
  /** A table or a JSON file came: `chosen` by itself, or found in a folder. */
  table(file: File, chosen: boolean): Promise<void>;
  /** Films came, went, or were read. */
  changed(): void;
  /** Every film is removed, but may come back. */
  leave(): void;
  /** They will not. */
  clear(): void;
}

export interface MeasureView {
  /** Shows the view, and takes the focus there. */
  open(): void;
  /** Films came, went, or were read. */
  changed(): void;
  /**
   * Takes a table of labels or a threshold of one's own; says in a sentence what is wrong with it where it was chosen by itself, and
   * passes silently over what was found in a folder and is neither.
   */
  take(file: File, chosen: boolean): Promise<Taken>;
  /** No longer shows some films alone. */
  leave(): void;
  /** Forgets tables and what was measured: every film is removed. */
  clear(): void;
}

/** What came of a file: labels for films, a threshold that reads now, or nothing, with a sentence for people. */
export interface Taken {
  readonly kind: "labels" | "threshold" | "nothing";
  readonly sentence: string;
}
