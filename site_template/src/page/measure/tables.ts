// A table of labels out of a text file: `file,label[,patient_id][,further columns]`, as people and spreadsheets save it.

export interface LabelRow {
  readonly file: string;
  /** As it stands there. */
  readonly label: string;
  /** Empty where it is not said. */
  readonly patient: string;
  /** Further columns. */
  readonly groups: Readonly<Record<string, string>>;
}

export interface LabelTable {
  readonly name: string;
  readonly rows: readonly LabelRow[];
  /** Names of the further columns. */
  readonly columns: readonly string[];
  /** Lines that have no file or no label, by their numbers. */
  readonly incomplete: readonly number[];
}

/** What is wrong with a table: a key of the page's messages, and what to fill in. */
export interface TableProblem {
  readonly problem: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export const LARGEST_TABLE_BYTES = 30e6;
const MOST_COLUMNS = 200;
const COLUMNS_SHOWN = 6;
const SEPARATORS = [",", ";", "\t"] as const;
/** What people call the columns, as `header` has it. */
const FILE = ["file", "filename", "file name", "film", "image", "image index", "image id", "imageid", "image name", "path", "filepath", "file path", "name"];
const LABEL = ["label", "class", "labels", "classes", "diagnosis", "finding", "finding labels", "findings", "target", "truth", "ground truth", "y"];
const PATIENT = ["patient id", "patient", "patientid", "subject id", "subject", "subjectid", "patient no"];
/** A line for Excel, which may have put it in quotes. */
const SEPARATOR_LINE = /^"?sep=(.)"?(?:\r\n|\n|\r)/i;
const FILM_ENDING = /\.(dcm|dicom|jpe?g|png|tiff?|bmp|webp|gif)$/i;

/** Reads a table, or says why it is none. */
export function labelTable(name: string, bytes: Uint8Array): LabelTable | TableProblem {
  const wrong = (problem: string, values: TableProblem["values"] = {}): TableProblem => ({ problem: `table-${problem}`, values: { file: name, ...values } });
  const text = textOf(bytes);
  if (text === null) return wrong("no-text");
  const [line, told] = SEPARATOR_LINE.exec(text) ?? [""];
  const body = text.slice(line.length);
  if (body.trim() === "") return wrong("empty");
  const separator = told ?? separatorOf(body);
  const read = parsed(body, separator);
  if (typeof read === "number") return wrong("open-quote", { count: read });
  const [first, ...others] = read;
  const head = first!.cells.map((cell) => cell.trim());
  const find = (names: readonly string[]): number => names.map((one) => head.findIndex((cell) => header(cell) === one)).find((index) => index !== -1) ?? -1;
  let [file, label, patient] = [find(FILE), find(LABEL), find(PATIENT)];
  let rows = others;
  if (file === -1 && head.length >= 2 && head.length <= 3 && FILM_ENDING.test(head[0]!)) {
    [file, label, patient] = [0, 1, head.length === 3 ? 2 : -1]; // it has no header
    rows = read;
  }
  const shown = head.slice(0, COLUMNS_SHOWN).map((cell) => (cell.length > 40 ? `${cell.slice(0, 39)}…` : cell) || "–");
  if (file === -1 || label === -1) return wrong("no-columns", { names: [...shown, ...(head.length > COLUMNS_SHOWN ? ["…"] : [])].join(", ") });
  const isHeadless = rows === read;
  const further = isHeadless ? [] : head.map((cell, index) => ({ cell, index })).filter(({ cell, index }) => cell !== "" && ![file, label, patient].includes(index)).slice(0, MOST_COLUMNS);
  const incomplete: number[] = [];
  const found: LabelRow[] = [];
  for (const { cells, line } of rows) {
    const at = (index: number): string => asMeant((cells[index] ?? "").trim());
    if (at(file) === "" || at(label) === "") incomplete.push(line);
    else found.push({ file: at(file), label: at(label), patient: patient === -1 ? "" : at(patient), groups: Object.fromEntries(further.map(({ cell, index }) => [cell, at(index)])) });
  }
  if (found.length === 0) return wrong("no-rows");
  return { name, rows: found, columns: further.map(({ cell }) => cell), incomplete };
}

/** Without what keeps a spreadsheet from counting with it: `="0001"`, or an apostrophe before what would be a formula. */
function asMeant(cell: string): string {
  const quoted = /^="((?:[^"]|"")*)"$/.exec(cell)?.[1];
  return quoted === undefined ? cell.replace(/^'(?=[=+\-@])/, "") : quoted.replaceAll('""', '"').trim();
}

function header(cell: string): string {
  return cell.toLowerCase().replace(/[\s_-]+/g, " ").trim();
}

/** Text in UTF-8, UTF-16 or what Windows wrote before; null where it is none. */
export function textOf(bytes: Uint8Array): string | null {
  const [a, b] = bytes;
  const wide = a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : wideWithoutMark(bytes.subarray(0, 4096));
  if (wide !== null) {
    const text = new TextDecoder(wide).decode(bytes);
    return text.includes("\0") ? null : text;
  }
  if (bytes.subarray(0, 4096).includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const text = new TextDecoder("windows-1252").decode(bytes);
    // eslint-disable-next-line no-control-regex
    return /^PK|[\u0001-\u0008\u000e-\u001a]/.test(text.slice(0, 4096)) ? null : text;
  }
}

/** What databases write: of the two bytes of its names and separators, which are Latin, one is always zero. */
function wideWithoutMark(start: Uint8Array): "utf-16le" | "utf-16be" | null {
  const zeros: [number, number] = [0, 0];
  start.forEach((byte, at) => (zeros[(at % 2) as 0 | 1] += byte === 0 ? 1 : 0));
  const [even, odd] = zeros;
  if (Math.min(even, odd) > 0 || Math.max(even, odd) < start.length / 8) return null;
  return odd > 0 ? "utf-16le" : even > 0 ? "utf-16be" : null;
}

/** The one that the first line has most of, outside quotes. */
function separatorOf(text: string): string {
  const line = text.trimStart().slice(0, 20_000).replace(/"[^"]*"/g, "").split(/\r\n|\n|\r/, 1)[0]!;
  const counts = SEPARATORS.map((separator) => line.split(separator).length);
  const most = Math.max(...counts);
  return most === 1 && line.includes("|") ? "|" : SEPARATORS[counts.indexOf(most)]!;
}

interface Line {
  readonly cells: readonly string[];
  /** Where it begins, counted from 1. */
  readonly line: number;
}

/** RFC 4180 with any separator and line end; blank lines are passed over. The line of a quote that is never closed, where there is one. */
function parsed(text: string, separator: string): Line[] | number {
  const lines: Line[] = [];
  const ends = new RegExp(`["\\r\\n${separator.replace(/[\\\]^-]/, "\\$&")}]`, "g");
  let [cells, cell, line, begun]: [string[], string, number, number] = [[], "", 1, 1];
  const endLine = (): void => {
    cells.push(cell);
    if (cells.some((one) => one.trim() !== "")) lines.push({ cells, line: begun });
    [cells, cell, begun] = [[], "", line];
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (letter === '"' && cell.trim() === "") {
      const opened = line;
      cell = "";
      for (;;) {
        const next = text.indexOf('"', at + 1);
        if (next === -1) return opened;
        const part = text.slice(at + 1, next);
        cell += part;
        line += part.split(/\r\n|\n|\r/).length - 1;
        at = next;
        if (text[at + 1] !== '"') break;
        cell += '"';
        at += 1;
      }
    } else if (letter === separator) {
      cells.push(cell);
      cell = "";
    } else if (letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[at + 1] === "\n") at += 1;
      line += 1;
      endLine();
    } else {
      ends.lastIndex = at + 1;
      const end = ends.exec(text)?.index ?? text.length;
      cell += text.slice(at, end);
      at = end - 1;
    }
  }
  endLine();
  return lines;
}
