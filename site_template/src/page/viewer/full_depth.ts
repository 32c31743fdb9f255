// Lays the film, drawn anew from all the greys in its file, over the picture of 256 greys once its window stays as it is.

import type { GreyWindow } from "../../shared/grey_window.ts";

/** The film through a window; null where its picture holds all that there is. */
export type DrawThrough = (window: GreyWindow) => Promise<Blob | null>;

/** A window that did not change for so long is meant. */
const SETTLED_MILLISECONDS = 150;

export class FullDepth {
  readonly #under: HTMLImageElement;
  readonly #draw: DrawThrough;
  #over: HTMLImageElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Null where the picture below will do. */
  #wanted: GreyWindow | null = null;
  #isDrawing = false;

  constructor(under: HTMLImageElement, draw: DrawThrough) {
    this.#under = under;
    this.#draw = draw;
  }

  /** Shows the picture below until the film is drawn. */
  show(window: GreyWindow | null): void {
    this.release();
    this.#wanted = window;
    if (window !== null) this.#timer = setTimeout(() => void this.#drawWanted(), SETTLED_MILLISECONDS);
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#wanted = null;
    if (this.#over === null) return;
    URL.revokeObjectURL(this.#over.src);
    this.#over.remove();
    this.#over = null;
  }

  /** One at a time: of the windows that come meanwhile, the last. */
  async #drawWanted(): Promise<void> {
    if (this.#isDrawing || this.#over !== null) return; // what is there was drawn of what is wanted
    this.#isDrawing = true;
    let drawn: GreyWindow | null = null;
    let over: HTMLImageElement | null = null;
    while (this.#wanted !== null && this.#wanted !== drawn) {
      if (over !== null) URL.revokeObjectURL(over.src);
      drawn = this.#wanted;
      over = await this.#draw(drawn).then(imageOf).catch(() => null);
    }
    this.#isDrawing = false;
    if (over === null) return;
    if (this.#wanted === null) return URL.revokeObjectURL(over.src);
    this.#over = over;
    this.#under.after(over);
  }
}

/** Ready to be seen at once. */
async function imageOf(picture: Blob | null): Promise<HTMLImageElement | null> {
  if (picture === null) return null;
  const image = new Image();
  Object.assign(image, { className: "full-depth", alt: "", draggable: false, src: URL.createObjectURL(picture) });
  await image.decode();
  return image;
}
