// A film's neighbours in the list as small pictures, from which another one can be chosen.

import type { Card } from "../card.ts";
import type { DeskContext } from "../list/desk.ts";
import { drawState } from "../reading_view.ts";
import type { Thumbnails } from "./thumbnails.ts";

/** On either side. */
const NEIGHBOURS = 6;

export function fillStrip(element: HTMLElement, card: Card, { list, words, chosen }: DeskContext, thumbnails: Thumbnails, choose: (card: Card) => void): void {
  const { shown } = list;
  const at = shown.indexOf(card);
  const near = at < 0 ? [card] : shown.slice(Math.max(0, at - NEIGHBOURS), at + NEIGHBOURS + 1);
  const hadFocus = element.contains(document.activeElement);
  const buttons = near.map((one) => {
    const button = document.createElement("button");
    const canvas = document.createElement("canvas");
    button.type = "button";
    button.dataset["file"] = one.film.name;
    button.ariaLabel = words.text("strip-said", { file: one.film.name, reading: one.film.headline, n: shown.indexOf(one) + 1, films: shown.length });
    if (one === card) button.setAttribute("aria-current", "true");
    drawState(button, one.film, chosen);
    button.append(canvas);
    button.addEventListener("click", () => choose(one));
    return { button, canvas, film: one.film };
  });
  element.replaceChildren(...buttons.map(({ button }) => button));
  for (const { canvas, film } of buttons) thumbnails.draw(film, canvas);
  if (hadFocus) element.querySelector<HTMLElement>("[aria-current]")?.focus({ preventScroll: true });
}
