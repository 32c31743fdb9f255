// The buttons by which readings leave the page, for the visitor alone. What they do is in the second script (files.ts); copying is here.

import { dialectOf, FOR_PROGRAMS } from "../../shared/csv.ts";
import type { Site } from "../../shared/site.ts";
import type { Sheet } from "../../shared/xlsx.ts";
import type { Card } from "../card.ts";
import type { ChosenModel } from "../chosen_model.ts";
import { byId } from "../dom.ts";
import type { Film } from "../film.ts";
import { later } from "../later/load.ts";
import type { Words } from "../words.ts";
import type { LeftOut } from "./record.ts";
import { resultOf } from "./result.ts";
import { copyText } from "./save.ts";
import { showText } from "./text_dialog.ts";

const COPIED_MILLISECONDS = 2000;
/** By the buttons that ask for them. */
export const WAYS = { "save-csv": "csv", "save-csv-plain": "csv-plain", "save-xlsx": "xlsx", "save-json": "json", print: "print" } as const;
export type Way = (typeof WAYS)[keyof typeof WAYS];

/** The list that the films come from. */
export interface Exported {
  readonly films: readonly Film[];
  readonly cards: readonly Card[];
  /** What came with the films and is none. */
  leftOut(): readonly LeftOut[];
  /** Makes what a printer needs of every film. */
  prepareToPrint(): Promise<void>;
}

/** What the second script makes files and reports of. */
export interface ExportContext {
  readonly site: Site;
  readonly chosen: ChosenModel;
  readonly words: Words;
  readonly list: Exported;
  /** Gives a workbook as a file. */
  readonly write: (sheets: readonly Sheet[]) => Promise<Blob>;
}

export type Export = (way: Way) => Promise<void>;

export class ExportPanel {
  readonly #context: ExportContext;
  readonly #buttons = byId<HTMLFieldSetElement>("out");
  #export: Export | null = null;

  constructor(context: ExportContext) {
    this.#context = context;
    for (const [id, way] of Object.entries(WAYS)) byId(id).addEventListener("click", () => void this.#give(way, byId(id)));
    // The browser's own key prints what the button does: all pictures are made first.
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || this.#buttons.disabled) return;
      event.preventDefault();
      void this.#give("print", byId("print"));
    });
  }

  enable(on: boolean): void {
    if (this.#buttons.disabled === !on) return;
    this.#buttons.disabled = !on;
    // Where spreadsheets want another CSV than programs, there are both.
    byId("save-csv-plain").hidden = dialectOf(navigator.language) === FOR_PROGRAMS;
  }

  /** Has what the buttons do ready before one is pressed, and the browser's own printing as good as the page's. */
  async prepare(): Promise<Export> {
    const { exporter } = await later(this.#context.site);
    return (this.#export ??= exporter(this.#context));
  }

  /** Copies a film's result; `button` shows that it is done. */
  async copy(film: Film, button: HTMLElement): Promise<void> {
    const { words, chosen } = this.#context;
    const result = resultOf(film, chosen.current, words);
    if (!(await copyText(result))) return showText(words.text("copy-yourself"), result);
    button.textContent = words.text("copied");
    setTimeout(() => (button.textContent = words.text("copy")), COPIED_MILLISECONDS);
  }

  async #give(way: Way, button: HTMLElement): Promise<void> {
    button.ariaBusy = "true";
    const [status, missing] = [byId("intake-status"), this.#context.words.text("part-missing")];
    if (status.textContent === missing) status.textContent = "";
    try {
      const give = await this.prepare();
      await give(way);
    } catch {
      status.textContent = missing;
    } finally {
      button.ariaBusy = null;
    }
  }
}
