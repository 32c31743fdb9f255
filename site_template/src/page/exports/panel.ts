// What leaves the page, for the visitor alone: tables, JSON, a printed report, one film's result on the clipboard.

import { dialectOf, FOR_PROGRAMS } from "../../shared/csv.ts";
import type { Site } from "../../shared/site.ts";
import type { Sheet } from "../../shared/xlsx.ts";
import type { ChosenModel } from "../chosen_model.ts";
import { byId } from "../dom.ts";
import type { Film } from "../film.ts";
import { later } from "../later/load.ts";
import type { Words } from "../words.ts";
import { columnsOf, type Column } from "./columns.ts";
import { csvOf } from "./csv.ts";
import { originOf, recordOf, type FilmRecord, type LeftOut } from "./record.ts";
import { resultOf } from "./result.ts";
import { copyText, saveFile } from "./save.ts";
import { showText } from "./text_dialog.ts";
import { PrintedSummary } from "./summary.ts";

const COPIED_MILLISECONDS = 2000;

/** The list that the films come from. */
export interface Exported {
  readonly films: readonly Film[];
  /** What came with the films and is none. */
  leftOut(): readonly LeftOut[];
  /** Makes what a printer needs of every film. */
  prepareToPrint(): Promise<void>;
}

/** Gives a workbook as a file. */
export type WriteWorkbook = (sheets: readonly Sheet[]) => Promise<Blob>;

export class ExportPanel {
  readonly #site: Site;
  readonly #chosen: ChosenModel;
  readonly #words: Words;
  readonly #list: Exported;
  readonly #buttons = byId<HTMLFieldSetElement>("out");
  readonly #write: WriteWorkbook;
  readonly #summary: PrintedSummary;

  constructor(site: Site, chosen: ChosenModel, words: Words, list: Exported, write: WriteWorkbook) {
    this.#site = site;
    this.#chosen = chosen;
    this.#words = words;
    this.#list = list;
    this.#write = write;
    // Where spreadsheets want another CSV than programs, there are both.
    const dialect = dialectOf(navigator.language);
    const forPrograms = byId("save-csv-plain");
    forPrograms.hidden = dialect === FOR_PROGRAMS;
    for (const [button, of] of [[byId("save-csv"), dialect], [forPrograms, FOR_PROGRAMS]] as const) {
      button.addEventListener("click", () => saveFile(fileName("csv"), new Blob([csvOf(this.#records(), this.#columns(), of)], { type: "text/csv;charset=utf-8" })));
    }
    byId("save-xlsx").addEventListener("click", ({ currentTarget }) => void this.#saveWorkbook(currentTarget as HTMLButtonElement));
    byId("save-json").addEventListener("click", () => saveFile(fileName("json"), new Blob([this.#json()], { type: "application/json" })));
    byId("print").addEventListener("click", () => void this.#print());
    this.#summary = new PrintedSummary(site, chosen, words, list);
    // The browser's own key prints what the button does: all pictures are made first.
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || this.#buttons.disabled) return;
      event.preventDefault();
      void this.#print();
    });
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

  #columns(): Column[] {
    return columnsOf(this.#site, this.#chosen.current, this.#chosen.sought);
  }

  /** The second script knows what is in it, and another worker packs it: the page stays quick, and its script small. */
  async #saveWorkbook(button: HTMLButtonElement): Promise<void> {
    button.ariaBusy = "true";
    try {
      const { workbookOf } = await later(this.#site);
      const sheets = workbookOf(this.#records(), this.#columns(), this.#list.leftOut(), this.#site, this.#chosen.current);
      saveFile(fileName("xlsx"), await this.#write(sheets));
    } catch {
      showText(this.#words.text("xlsx-failed"), csvOf(this.#records(), this.#columns()));
    } finally {
      button.ariaBusy = null;
    }
  }

  #json(): string {
    const origin = originOf(this.#site, this.#chosen.current);
    return `${JSON.stringify({ ...origin, exported: new Date().toISOString(), left_out: this.#list.leftOut(), readings: this.#records() }, null, 1)}\n`;
  }

  /** Every film has its picture, and its heat map where those are shown, before the browser prints. */
  async #print(): Promise<void> {
    await this.#list.prepareToPrint();
    this.#summary.draw();
    window.print();
  }
}

function fileName(ending: string): string {
  return `readings-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}Z.${ending}`;
}
