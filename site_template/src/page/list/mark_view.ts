// The controls by which a visitor marks a film: a star, a comment and, where films are measured, a doubt.

import type { Film } from "../film.ts";
import type { Mark } from "../mark.ts";
import { setText } from "../dom.ts";

export class MarkView {
  readonly #star: HTMLButtonElement;
  readonly #comment: HTMLInputElement;
  /** Not in every place. */
  readonly #doubt: HTMLSelectElement | null;
  /** What is printed of the comment. */
  readonly #noted: HTMLElement | null;

  /** `root` holds the parts of the template's `.mark`. */
  constructor(root: ParentNode, film: Film) {
    this.#star = root.querySelector<HTMLButtonElement>(".star")!;
    this.#comment = root.querySelector<HTMLInputElement>(".comment")!;
    this.#doubt = root.querySelector<HTMLSelectElement>(".doubt");
    this.#noted = root.querySelector<HTMLElement>(".noted");
    this.#star.addEventListener("click", () => star(film));
    this.#comment.addEventListener("input", () => (film.mark = { ...film.mark, comment: this.#comment.value }));
    this.#doubt?.addEventListener("change", () => (film.mark = { ...film.mark, doubt: this.#doubt!.value as Mark["doubt"] }));
  }

  draw({ mark: { starred, comment, doubt } }: Film): void {
    this.#star.ariaPressed = String(starred);
    if (this.#comment.value !== comment) this.#comment.value = comment;
    if (this.#doubt !== null) this.#doubt.value = doubt;
    if (this.#noted !== null) setText(this.#noted, [starred ? "★" : "", comment].filter(Boolean).join(" "));
  }
}

export function star(film: Film): void {
  film.mark = { ...film.mark, starred: !film.mark.starred };
}
