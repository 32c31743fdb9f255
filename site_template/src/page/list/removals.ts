// What was removed last, for as long as it can be had back; nothing else holds it.

import { later } from "../later/load.ts";
import type { Site } from "../../shared/site.ts";
import type { UndoLine } from "./undo.ts";

export interface Undoable {
  /** What was removed. */
  readonly said: string;
  back(): void;
  /** Called when it cannot be had back any more. */
  gone(): void;
}

export class Removals {
  readonly #site: Site;
  #last: Undoable | null = null;
  #line: UndoLine | null = null;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Instead of what was removed before. */
  offer(undoable: Undoable): void {
    this.lapse();
    const last: Undoable = {
      ...undoable,
      back: () => {
        this.#last = null;
        undoable.back();
      },
    };
    this.#last = last;
    const show = (line: UndoLine): void => void (this.#last === last && line.offer(last));
    later(this.#site).then(({ undoLine }) => show((this.#line ??= undoLine(() => this.lapse())))).catch(() => this.lapse());
  }

  lapse(): void {
    this.#line?.hide();
    this.#last?.gone();
    this.#last = null;
  }
}
