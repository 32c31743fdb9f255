// What leaves the page, for the visitor alone: a table, JSON, a printed report, one film's result on the clipboard.

import type { Site } from "../../shared/site.ts";
import type { ChosenModel } from "../chosen_model.ts";
import { byId } from "../dom.ts";
import type { Film } from "../film.ts";
import type { Words } from "../words.ts";
import { csvOf } from "./csv.ts";
import { originOf, recordOf, type FilmRecord } from "./record.ts";
import { resultOf } from "./result.ts";
import { copyText, saveText } from "./save.ts";
import { showText } from "./text_dialog.ts";

const COPIED_MILLISECONDS = 2000;

/** The list that the films come from. */
export interface Exported {
  readonly films: readonly Film[];
  /** Makes what a printer needs of every film. */
  prepareToPrint(): Promise<void>;
}

export class ExportPanel {
  readonly #site: Site;
  readonly #chosen: ChosenModel;
  readonly #words: Words;
  readonly #list: Exported;
  readonly #buttons = byId<HTMLFieldSetElement>("out");

  constructor(site: Site, chosen: ChosenModel, words: Words, list: Exported) {
    this.#site = site;
    this.#chosen = chosen;
    this.#words = words;
    this.#list = list;
    byId("save-csv").addEventListener("click", () => saveText(fileName("csv"), "text/csv;charset=utf-8", this.#csv()));
    byId("save-json").addEventListener("click", () => saveText(fileName("json"), "application/json", this.#json()));
    byId("print").addEventListener("click", () => void this.#print());
  }

  enable(on: boolean): void {
    this.#buttons.disabled = !on;
  }

  /** Copies a film's result; `button` shows that it is done. */
  async copy(film: Film, button: HTMLElement): Promise<void> {
    const result = resultOf(film, this.#chosen.current, this.#words);
    if (!(await copyText(result))) return showText(this.#words.text("copy-yourself"), result);
    button.textContent = this.#words.text("copied");
    setTimeout(() => (button.textContent = this.#words.text("copy")), COPIED_MILLISECONDS);
  }

  #records(): FilmRecord[] {
    return this.#list.films.map(recordOf);
  }

  #csv(): string {
    return csvOf(this.#records(), this.#site, this.#chosen.current);
  }

  #json(): string {
    const origin = originOf(this.#site, this.#chosen.current);
    return `${JSON.stringify({ ...origin, exported: new Date().toISOString(), readings: this.#records() }, null, 1)}\n`;
  }

  /** Every film has its picture, and its heat map where those are shown, before the browser prints. */
  async #print(): Promise<void> {
    await this.#list.prepareToPrint();
    window.print();
  }
}

function fileName(ending: string): string {
  return `readings-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}Z.${ending}`;
}
