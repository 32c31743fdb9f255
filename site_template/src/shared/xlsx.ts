// Writes a workbook (XLSX, ECMA-376): sheets of texts, numbers, truths and dates. No cell is a formula, whatever its text begins with.

import { strToU8, zipSync } from "fflate";

export type XlsxCell = string | number | boolean | Date | null;

export interface Sheet {
  /** Its tab. What Excel forbids there is left out. */
  readonly name: string;
  readonly rows: readonly (readonly XlsxCell[])[];
  /** Whether the first row is a header: bold, and it stays in view. */
  readonly header?: boolean;
  /** In letters, by column; without them by what is in the first rows. */
  readonly widths?: readonly number[];
}

/** What Excel takes of one cell. */
const LONGEST_TEXT = 32_767;
const LONGEST_NAME = 31;
/** A text that begins so would become a formula where someone types in its cell. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** Styles, by their place in `STYLES`. */
const [BOLD, MOMENT, QUOTED] = [1, 2, 3];
const DAY_MILLISECONDS = 86_400_000;
/** Day 0 of Excel's calendar, as it counts after February 1900. */
const FIRST_DAY = Date.UTC(1899, 11, 30);
/** Letters of a column; rows that are looked at for them. */
const [NARROWEST, WIDEST, ROWS_LOOKED_AT] = [8, 60, 200];

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

export const XLSX_TYPE = `${SHEET_TYPE}.sheet`;

/** The bytes of a workbook with at least one sheet. */
export function xlsxOf(sheets: readonly Sheet[]): Uint8Array<ArrayBuffer> {
  const names = namesOf(sheets);
  const numbered = sheets.map((_, index) => index + 1);
  const parts: Readonly<Record<string, string>> = {
    "[Content_Types].xml": `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${SHEET_TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${SHEET_TYPE}.styles+xml"/>${numbered.map((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${SHEET_TYPE}.worksheet+xml"/>`).join("")}</Types>`,
    "_rels/.rels": relationships([["officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${names.map((name, index) => `<sheet name="${escaped(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationships([...numbered.map((n): [string, string] => ["worksheet", `worksheets/sheet${n}.xml`]), ["styles", "styles.xml"]]),
    "xl/styles.xml": STYLES,
    ...Object.fromEntries(sheets.map((sheet, index) => [`xl/worksheets/sheet${index + 1}.xml`, sheetOf(sheet)])),
  };
  return zipSync(Object.fromEntries(Object.entries(parts).map(([path, xml]) => [path, strToU8(HEAD + xml)]))) as Uint8Array<ArrayBuffer>;
}

/** Fonts plain and bold; cells plain, bold, with a moment, and of a text that stays one when it is edited. */
const STYLES = `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

function relationships(targets: readonly (readonly [string, string])[]): string {
  const each = targets.map(([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`);
  return `<Relationships xmlns="${PACKAGE}/relationships">${each.join("")}</Relationships>`;
}

function sheetOf({ rows, header = false, widths = widthsOf(rows) }: Sheet): string {
  const pane = header && rows.length > 0 ? '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>' : "";
  const columns = widths.map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`).join("");
  const lines = rows.map((row, index) => {
    const cells = row.map((cell, column) => cellOf(cell, `${lettersOf(column)}${index + 1}`, header && index === 0));
    return `<row r="${index + 1}">${cells.join("")}</row>`;
  });
  return `<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>${columns && `<cols>${columns}</cols>`}<sheetData>${lines.join("")}</sheetData></worksheet>`;
}

function cellOf(cell: XlsxCell, place: string, bold: boolean): string {
  if (cell === null || cell === "") return "";
  const style = (of: number): string => (bold || of > 0 ? ` s="${bold ? BOLD : of}"` : "");
  if (typeof cell === "number") return Number.isFinite(cell) ? `<c r="${place}"${style(0)}><v>${cell}</v></c>` : "";
  if (typeof cell === "boolean") return `<c r="${place}"${style(0)} t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (cell instanceof Date) {
    const day = (cell.getTime() - FIRST_DAY) / DAY_MILLISECONDS;
    return Number.isFinite(day) ? `<c r="${place}"${style(MOMENT)}><v>${day}</v></c>` : "";
  }
  return `<c r="${place}"${style(FORMULA.test(cell) ? QUOTED : 0)} t="inlineStr"><is><t xml:space="preserve">${escaped(cell.slice(0, LONGEST_TEXT))}</t></is></c>`;
}

/** What XML cannot hold is written as ECMA-376 has it (22.9.2.19, ST_Xstring), and so is a text that looks like that. */
function escaped(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replace(/[\0-\x08\x0b-\x1f\ufffe\uffff]/g, (letter) => `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`)
    .replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** A, B, …, Z, AA, … */
function lettersOf(column: number): string {
  const rest = Math.floor(column / 26) - 1;
  return (rest < 0 ? "" : lettersOf(rest)) + String.fromCharCode(65 + (column % 26));
}

function widthsOf(rows: Sheet["rows"]): number[] {
  const widths: number[] = [];
  for (const row of rows.slice(0, ROWS_LOOKED_AT)) {
    row.forEach((cell, column) => {
      const letters = cell instanceof Date ? 19 : String(cell ?? "").length + 2;
      widths[column] = Math.min(WIDEST, Math.max(widths[column] ?? NARROWEST, letters));
    });
  }
  return Array.from(widths, (width) => width ?? NARROWEST);
}

/** Tabs: not empty, not too long, all different. */
function namesOf(sheets: readonly Sheet[]): string[] {
  const taken = new Set<string>();
  return sheets.map(({ name }, index) => {
    const plain = name.replace(/[\\/*?:[\]\0-\x1f]/g, " ").replace(/^'+|'+$/g, "").trim().slice(0, LONGEST_NAME) || `Sheet${index + 1}`;
    let different = plain;
    for (let n = 2; taken.has(different.toLowerCase()); n += 1) different = `${plain.slice(0, LONGEST_NAME - 4)} ${n}`;
    taken.add(different.toLowerCase());
    return different;
  });
}
