// What a browser's own menu prints of films that nobody has scrolled to: it waits for no script, but most wait for pictures that are loading.

import type { Card } from "../card.ts";
import type { Film } from "../film.ts";

/** Pixels; a file with more is not given to a browser unseen. */
const MOST_PIXELS = 40_000_000;

/** A picture may be on its way still. */
const LOADING_MS = 10_000;

/** Gives every film its words and its picture, at once; returns what takes them back. */
export function putOnPaper(cards: readonly Card[]): () => void {
  const back: (() => void)[] = [];
  for (const card of cards) {
    if (card.viewer !== null && card.viewer.image.naturalWidth > 0) continue;
    back.push(card.fillForPaper());
    const picture = pictureOf(card);
    if (picture === null) continue;
    const image = document.createElement("img");
    image.alt = card.film.name;
    image.className = "paper";
    image.loading = "lazy"; // those alone are waited for by Chromium
    image.onerror = () => image.remove();
    const address = (image.src = URL.createObjectURL(picture));
    card.element.querySelector("figure")!.append(image);
    back.push(() => {
      image.remove();
      setTimeout(() => URL.revokeObjectURL(address), LOADING_MS);
    });
  }
  return () => back.forEach((undo) => undo());
}

/** As it is read; null where that would have to be made first. */
function pictureOf({ film, turnedPicture }: Card): Blob | null {
  if (film.turn !== null) return turnedPicture;
  return film.shown?.picture ?? (isOpened(film) ? film.file : null);
}

function isOpened({ decided }: Film): boolean {
  const pixels = (decided?.width ?? 0) * (decided?.height ?? 0);
  return pixels > 0 && pixels <= MOST_PIXELS;
}
