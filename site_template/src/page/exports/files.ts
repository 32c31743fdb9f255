// Makes what leaves the page: tables for spreadsheets and for programs, JSON, the printed report.

import { dialectOf, FOR_PROGRAMS, type Dialect } from "../../shared/csv.ts";
import { columnsOf, type Column } from "./columns.ts";
import { inSlices } from "../list/in_slices.ts";
import { csvOf, linesOf } from "./csv.ts";
import type { Export, ExportContext, Way } from "./panel.ts";
import { originOf, recordOf, type FilmRecord } from "./record.ts";
import { saveFile } from "./save.ts";
import { PrintedSummary } from "./summary.ts";
import { showText } from "./text_dialog.ts";
import { workbookOf } from "./workbook.ts";

export function exporter(context: ExportContext): Export {
  const files = new Files(context);
  return (way) => files.give(way);
}

class Files {
  readonly #context: ExportContext;
  readonly #summary: PrintedSummary;
  readonly #ways: Readonly<Record<Way, () => void | Promise<void>>> = {
    csv: () => this.#saveTable(dialectOf(navigator.language)),
    "csv-plain": () => this.#saveTable(FOR_PROGRAMS),
    xlsx: () => this.#saveWorkbook(),
    json: async () => saveFile(fileName("json"), new Blob(await this.#json(), { type: "application/json" })),
    print: () => this.#print(),
  };

  constructor(context: ExportContext) {
    this.#context = context;
    const { site, chosen, words, list } = context;
    this.#summary = new PrintedSummary(site, chosen, words, list);
  }

  async give(way: Way): Promise<void> {
    await this.#ways[way]();
  }

  async #records(): Promise<FilmRecord[]> {
    const records: FilmRecord[] = [];
    await inSlices(this.#context.list.films, (film) => records.push(recordOf(film)));
    return records;
  }

  #columns(): Column[] {
    const { site, chosen } = this.#context;
    return columnsOf(site, chosen.current, chosen.sought);
  }

  async #saveTable(dialect: Dialect): Promise<void> {
    const columns = this.#columns();
    const parts = [csvOf([], columns, dialect)];
    await inSlices(this.#context.list.films, (film) => parts.push(linesOf([recordOf(film)], columns, dialect)));
    saveFile(fileName("csv"), new Blob(parts, { type: "text/csv;charset=utf-8" }));
  }

  /** Another worker packs it: the page stays quick. */
  async #saveWorkbook(): Promise<void> {
    const { site, chosen, words, list, write } = this.#context;
    const records = await this.#records();
    try {
      saveFile(fileName("xlsx"), await write(workbookOf(records, this.#columns(), list.leftOut(), site, chosen.current)));
    } catch {
      showText(words.text("xlsx-failed"), csvOf(records, this.#columns()));
    }
  }

  /** Its parts, indented as one text; that of thousands of films at once would hold the page up. */
  async #json(): Promise<string[]> {
    const { site, chosen, list } = this.#context;
    const exported = new Date().toISOString();
    const around = JSON.stringify({ ...originOf(site, chosen.current), exported, left_out: list.leftOut(), readings: [] }, null, 1);
    const readings: string[] = [];
    await inSlices(list.films, (film) => readings.push(`${readings.length === 0 ? "" : ","}\n${JSON.stringify(recordOf(film), null, 1).replace(/^/gm, "  ")}`));
    const end = "]\n}";
    return [around.slice(0, -end.length), ...readings, readings.length === 0 ? "" : "\n ", `${end}\n`];
  }

  /** Every film has its picture, and its heat map where those are shown, before the browser prints. */
  async #print(): Promise<void> {
    await this.#context.list.prepareToPrint();
    this.#summary.layOut();
    window.print();
  }
}

function fileName(ending: string): string {
  return `readings-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}Z.${ending}`;
}
