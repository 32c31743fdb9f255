// What leaves the page, for the visitor alone: a table, JSON, a printed report, one film's result on the clipboard.

import type { Site } from "../../shared/site.ts";
import type { Card } from "../card.ts";
import type { Words } from "../words.ts";
import { csvOf } from "./csv.ts";
import { originOf, recordOf, type FilmRecord } from "./record.ts";
import { copyText, saveText } from "./save.ts";
import { showText } from "./text_dialog.ts";

const COPIED_MILLISECONDS = 2000;

export class Exports {
  readonly #site: Site;
  readonly #words: Words;
  readonly #cards: ReadonlyMap<Element, Card>;
  readonly #wantsHeatMaps: () => boolean;
  readonly #buttons = document.querySelector<HTMLFieldSetElement>("#out")!;

  /** `cards` are the films of `list`, by their elements. */
  constructor(site: Site, words: Words, list: HTMLElement, cards: ReadonlyMap<Element, Card>, wantsHeatMaps: () => boolean) {
    this.#site = site;
    this.#words = words;
    this.#cards = cards;
    this.#wantsHeatMaps = wantsHeatMaps;
    const clicked = (id: string, action: () => void): void =>
      this.#buttons.querySelector(`#${id}`)!.addEventListener("click", action);
    clicked("save-csv", () => saveText(fileName("csv"), "text/csv;charset=utf-8", csvOf(this.#records(), site)));
    clicked("save-json", () => saveText(fileName("json"), "application/json", this.#json()));
    clicked("print", () => void this.#print());
    // What is folded on the screen is printed.
    const fold = (open: boolean) => (): void => {
      for (const details of list.querySelectorAll<HTMLDetailsElement>("details.more")) details.open = open;
    };
    addEventListener("beforeprint", fold(true));
    addEventListener("afterprint", fold(false));
    list.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLButtonElement>("button.copy") : null;
      if (button !== null) void this.#copy(button, cards.get(button.closest("[data-testid=reading]")!)!);
    });
  }

  enable(on: boolean): void {
    this.#buttons.disabled = !on;
  }

  #records(): FilmRecord[] {
    return [...this.#cards.values()].map((card) => recordOf(card.film));
  }

  #json(): string {
    const document = { ...originOf(this.#site), exported: new Date().toISOString(), readings: this.#records() };
    return `${JSON.stringify(document, null, 1)}\n`;
  }

  /** Every film has its picture, and its heat map where those are shown, before the browser is asked to print. */
  async #print(): Promise<void> {
    for (const card of this.#cards.values()) await card.prepareToPrint(this.#wantsHeatMaps());
    window.print();
  }

  async #copy(button: HTMLButtonElement, card: Card): Promise<void> {
    if (!(await copyText(card.text))) return showText(this.#words.say("copy-yourself"), card.text);
    button.textContent = this.#words.say("copied");
    setTimeout(() => (button.textContent = this.#words.say("copy")), COPIED_MILLISECONDS);
  }
}

function fileName(ending: string): string {
  return `readings-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}Z.${ending}`;
}
