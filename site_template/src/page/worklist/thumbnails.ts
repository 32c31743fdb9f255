// Small pictures of films for rows and strips: made two at a time, for what is seen, the latest asked for first.

import type { Film } from "../film.ts";
import { isTooLarge } from "../shown_file.ts";
import { turnedFile } from "../turned_picture.ts";

/** Pixels of the longer side. */
const SIDE = 112;
const KEPT = 200;
const AT_ONCE = 2;

interface Asked {
  readonly film: Film;
  readonly canvas: HTMLCanvasElement;
}

export class Thumbnails {
  /** The longest unused first; null of a film that has no picture. */
  readonly #made = new Map<Film, ImageBitmap | null>();
  #asked: Asked[] = [];
  #running = 0;

  /** Draws a film into a canvas, at once or when its picture is made; not at all once the canvas is gone. */
  draw(film: Film, canvas: HTMLCanvasElement): void {
    const made = this.#made.get(film);
    if (made !== undefined) {
      this.#keep(film, made);
      return paint(canvas, made);
    }
    this.#asked.push({ film, canvas });
    void this.#next();
  }

  /** Lets go of a film's picture. */
  release(film: Film): void {
    this.#made.get(film)?.close();
    this.#made.delete(film);
  }

  async #next(): Promise<void> {
    if (this.#running >= AT_ONCE) return;
    this.#asked = this.#asked.filter(({ canvas }) => canvas.isConnected);
    const asked = this.#asked.pop();
    if (asked === undefined) return;
    this.#running += 1;
    const { film, canvas } = asked;
    if (!this.#made.has(film)) this.#keep(film, await pictureOf(film).catch(() => null));
    paint(canvas, this.#made.get(film)!);
    this.#running -= 1;
    void this.#next();
  }

  #keep(film: Film, picture: ImageBitmap | null): void {
    this.#made.delete(film);
    this.#made.set(film, picture);
    const [oldest] = this.#made.keys();
    if (this.#made.size <= KEPT) return;
    this.#made.get(oldest!)?.close();
    this.#made.delete(oldest!);
  }
}

function paint(canvas: HTMLCanvasElement, picture: ImageBitmap | null): void {
  canvas.classList.toggle("is-empty", picture === null);
  if (picture === null) return;
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d")!.drawImage(picture, 0, 0);
}

/** As the film's card shows it; browsers decode and shrink it beside the page's own work. */
async function pictureOf(film: Film): Promise<ImageBitmap | null> {
  if (film.shown !== null && film.turn === null) return small(film.shown.picture);
  if (await isTooLarge(film.file)) return null;
  const shown = await turnedFile(film.file).catch(() => null);
  return small(shown ?? film.file).catch(async () => {
    const preview = await film.preview();
    return preview === null ? null : small(preview);
  });
}

async function small(picture: Blob): Promise<ImageBitmap> {
  const whole = await createImageBitmap(picture);
  const scale = SIDE / Math.max(whole.width, whole.height);
  if (scale >= 1) return whole;
  const size = { resizeWidth: Math.max(1, Math.round(whole.width * scale)), resizeHeight: Math.max(1, Math.round(whole.height * scale)) };
  const shrunk = await createImageBitmap(whole, { ...size, resizeQuality: "medium" });
  whole.close();
  return shrunk;
}
