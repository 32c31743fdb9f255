// Tables for spreadsheets: RFC 4180, UTF-8 with the byte order mark that Excel wants, and no cell is a formula.

import type { XlsxCell } from "./xlsx.ts";

/** How a table's cells and its numbers are divided. */
export interface Dialect {
  readonly separator: "," | ";";
  readonly decimal: "." | ",";
}

/** What programs read, wherever they run. */
export const FOR_PROGRAMS: Dialect = { separator: ",", decimal: "." };

const BYTE_ORDER_MARK = "\ufeff";
/** A spreadsheet takes a text that begins so for a formula (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** Where lists are divided by a semicolon although numbers have a point. */
const SEMICOLONS = /^ar\b|-(CH|LI)\b/;

/** What a spreadsheet takes a CSV apart by in this locale: semicolons where the comma is the decimal sign, and where lists have them. */
export function dialectOf(locale: string): Dialect {
  let decimal = ".";
  try {
    decimal = new Intl.NumberFormat(locale).formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? ".";
  } catch {
    return FOR_PROGRAMS; // the browser names no locale
  }
  if (decimal === ",") return { separator: ";", decimal };
  return SEMICOLONS.test(locale) ? { separator: ";", decimal: "." } : FOR_PROGRAMS;
}

/** The lines of a table, the header first. */
export function tableOf(lines: readonly (readonly XlsxCell[])[], dialect: Dialect = FOR_PROGRAMS): string {
  return BYTE_ORDER_MARK + lines.map((line) => line.map((cell) => written(cell, dialect)).join(dialect.separator) + "\r\n").join("");
}

/** Numbers are written in full, and as they are: only texts can come from outside. */
function written(cell: XlsxCell, { decimal }: Dialect): string {
  if (cell === null) return "";
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell === "number") return String(cell).replace(".", decimal);
  if (typeof cell === "boolean") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
