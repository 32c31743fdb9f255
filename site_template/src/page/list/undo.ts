// The line that offers removed films back, until the next change, for some minutes, or until it is sent away. Ctrl+Z does what its button does.

import { byId, setText } from "../dom.ts";
import type { Undoable } from "./removals.ts";

/** As long as nobody is at the line: who looks for it finds it, and who walks off leaves no films behind. */
const MILLISECONDS = 5 * 60_000;

export class UndoLine {
  readonly #element = byId("undo");
  readonly #onLapse: () => void;
  #offered: Undoable | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onLapse` is called when it is sent away, or after its time. */
  constructor(onLapse: () => void) {
    this.#onLapse = onLapse;
    byId("undo-do").addEventListener("click", () => this.#undo());
    byId("undo-forget").addEventListener("click", () => onLapse());
    for (const event of ["pointerenter", "focusin"]) this.#element.addEventListener(event, () => clearTimeout(this.#timer));
    for (const event of ["pointerleave", "focusout"]) this.#element.addEventListener(event, () => this.#wait());
    document.addEventListener("keydown", (event) => {
      const { key, target } = event;
      if (this.#offered === null || key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      if (target instanceof Element && target.closest("input:not([type=checkbox], [type=radio], [type=file], [type=range]), textarea, dialog") !== null) return;
      event.preventDefault();
      this.#undo();
    });
  }

  offer(undoable: Undoable): void {
    this.#offered = undoable;
    setText(byId("undo-said"), undoable.said);
    this.#show(true);
    this.#wait();
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#offered = null;
    const hadFocus = this.#element.contains(document.activeElement);
    this.#show(false);
    if (hadFocus) byId("files").focus();
  }

  /** Nothing that has the focus is scrolled behind it. */
  #show(on: boolean): void {
    this.#element.hidden = !on;
    document.documentElement.classList.toggle("offers-undo", on);
  }

  #undo(): void {
    const offered = this.#offered;
    this.hide();
    offered?.back();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#offered !== null) this.#timer = setTimeout(this.#onLapse, MILLISECONDS);
  }
}
