// Which films have the heading of their study above them, and those headings in the list of cards.

import { setText } from "../dom.ts";
import type { Card } from "../card.ts";
import type { Words } from "../words.ts";
import type { FilmList } from "./film_list.ts";

/** Only where the order keeps a study's films together. */
export function headsOf(list: FilmList, words: Words): Map<Card, string> {
  const heads = new Map<Card, string>();
  if (!list.isGrouped) return heads;
  let before: number | null | undefined;
  for (const card of list.shown) {
    const { study } = card.film;
    if (study !== before) heads.set(card, study === null ? words.text("study-none") : words.text("study", { number: study, n: list.filmsOf(study) }));
    before = study;
  }
  return heads;
}

export class StudyHeads {
  readonly #list: FilmList;
  readonly #words: Words;
  #elements = new Map<Card, HTMLElement>();

  constructor(list: FilmList, words: Words) {
    this.#list = list;
    this.#words = words;
  }

  draw(): void {
    const heads = headsOf(this.#list, this.#words);
    const elements = new Map<Card, HTMLElement>();
    for (const [card, said] of heads) {
      const element = this.#elements.get(card) ?? headMade();
      elements.set(card, element);
      this.#elements.delete(card);
      setText(element.firstElementChild as HTMLElement, said);
      if (card.element.previousElementSibling !== element) card.element.before(element);
    }
    for (const element of this.#elements.values()) element.remove();
    this.#elements = elements;
    this.#list.element.classList.toggle("is-grouped", heads.size > 0);
  }
}

function headMade(): HTMLElement {
  const [item, heading] = [document.createElement("li"), document.createElement("h3")];
  item.className = "study-head";
  item.dataset["testid"] = "study";
  item.append(heading);
  return item;
}
