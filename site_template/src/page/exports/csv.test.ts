import assert from "node:assert/strict";
import { test } from "node:test";
import { dialectOf, FOR_PROGRAMS } from "../../shared/csv.ts";
import type { Decided } from "../../shared/decide.ts";
import type { Model, Site } from "../../shared/site.ts";
import { UNMARKED } from "../mark.ts";
import { columnsOf } from "./columns.ts";
import { csvOf } from "./csv.ts";
import { recordOf, type Recorded } from "./record.ts";

const SITE = {
  version: "1.2.3",
  positive_class: "B",
  classes: [{ name: "A", label: "fine" }, { name: "B", label: "ill" }],
} as unknown as Site;
const MODEL = { name: "tiny", sha256: "ab12", precision: "float16", disclaimer: "Research only, no device.", populations: [] as unknown } as Model;

const FINDING: Decided = {
  status: "done", reason: null, label: "B", turn: null, population: null, by_population: [], probability: 0.1 + 0.2, operating_point: "balanced", threshold: 0.25, zone: "indeterminate",
  indeterminate_zone: { from: 0.1, to: 0.5 }, probabilities: [{ class_name: "A", probability: 0.7 }, { class_name: "B", probability: 0.1 + 0.2 }],
  logit: [0, -1.5], ood_score: 3, overridden: false, seen: "", expected: "", frames: 1, backend: "wasm", model: "tiny", width: 30, height: 40, milliseconds: 12,
};
const film = (name: string, changes: Partial<Decided> = {}): Recorded => {
  const decided = { ...FINDING, ...changes };
  return { name, status: decided.status, reason: decided.reason, decided, date: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)), message: "Reads as ill", mark: UNMARKED };
};
const table = (films: readonly Recorded[], model = MODEL): Record<string, string>[] => {
  const [header, ...rows] = parsed(csvOf(films.map(recordOf), columnsOf(SITE, model)).slice(1));
  return rows.map((row) => Object.fromEntries(header!.map((name, index) => [name, row[index]!])));
};

/** RFC 4180, letter by letter. */
function parsed(text: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], "", false];
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index]!;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[index + 1] === '"') cell += text[(index += 1)];
      else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ",") row.push(cell), (cell = "");
    else if (letter === "\r" && text[index + 1] === "\n") rows.push([...row, cell]), (row = []), (cell = ""), (index += 1);
    else cell += letter;
  }
  assert.deepEqual([row, cell, quoted], [[], "", false], "the last line ends like every other");
  return rows;
}

test("a film's line holds everything, numbers in full", () => {
  assert.deepEqual(table([film("a.png")]), [{
    file: "a.png", status: "done", reason: "", message: "Reads as ill", reading: "B", "ill %": "30", operating_point: "balanced", threshold: "0.25",
    zone: "indeterminate", population: "", ood_score: "3", seen: "", expected: "", overridden: "false", width: "30", height: "40", milliseconds: "12", backend: "wasm",
    date: "2026-01-02T03:04:05.000Z", starred: "false", comment: "", doubt: "", study: "", indeterminate_from: "0.1", indeterminate_to: "0.5", probability_A: "0.7",
    probability_B: "0.30000000000000004", logit_A: "0", logit_B: "-1.5", model: "tiny", model_sha256: "ab12", precision: "float16",
    app_version: "1.2.3", disclaimer: "Research only, no device.",
  }]);
});

test("commas, quotes and line ends in a file's name stay inside its cell", () => {
  const names = ['a, "b".png', "two\r\nlines.png", " blanks ", "Lunge – 胸片.png"];
  assert.deepEqual(table(names.map((name) => film(name))).map(({ file }) => file), names);
});

test("no name is a formula to a spreadsheet, and a negative number stays a number", () => {
  const names = ["=cmd()", "+1.png", "-2.png", "@sum", "\t=1", "＝1", '=HYPERLINK("http://x","y")'];
  const rows = table(names.map((name) => film(name)));
  assert.deepEqual(rows.map(({ file }) => file), names.map((name) => `'${name}`));
  assert.deepEqual(rows.map(({ logit_B: logit }) => logit), names.map(() => "-1.5"));
});

test("a refused film has its reason and score but no class, and one that waits has nothing yet", () => {
  const refused = film("photo.png", { status: "refused", reason: "not-a-chest-xray" });
  const waiting: Recorded = { name: "later.png", status: "queued", reason: null, decided: null, date: null, message: "Waiting", mark: UNMARKED };
  const [first, second] = table([refused, waiting]);
  assert.deepEqual([first!["reason"], first!["ood_score"], first!["reading"], first!["probability_B"]], ["not-a-chest-xray", "3", "", ""]);
  assert.deepEqual([second!["status"], second!["probability_B"], second!["date"], second!["model"]], ["queued", "", "", "tiny"]);
});

test("the table begins with the byte order mark that Excel needs", () => {
  assert.ok(csvOf([recordOf(film("a.png"))], columnsOf(SITE, MODEL)).startsWith("\ufefffile,status,"));
});

test("of a model with populations the table says whose film it is, and what it is read as by each where that is not said", () => {
  const model = { ...MODEL, populations: [{ name: "children" }, { name: "adults" }] } as unknown as Model;
  const { probabilities, threshold, operating_point, indeterminate_zone } = FINDING;
  const by = (population: string, label: string, probability: number) =>
    ({ population, label, probability, zone: "ruled-in", probabilities, threshold, operating_point, indeterminate_zone }) as const;
  const unsaid = film("unsaid.png", { population: "", by_population: [by("children", "A", 0.2), by("adults", "B", 0.6)] });
  const rows = table([unsaid, film("adult.png", { population: "adults" })], model);
  assert.deepEqual(
    rows.map((row) => ["population", "reading", "ill %", "reading_as_children", "reading_as_adults", "ill % as adults", "probability_as_adults", "zone_as_adults"].map((name) => row[name])),
    [["", "B", "", "A", "B", "60", "0.6", "ruled-in"], ["adults", "B", "30", "", "", "", "", ""]],
  );
});

test("where the comma is the decimal sign, and where lists have semicolons, a spreadsheet gets those", () => {
  const decimalCommas = ["de", "de-DE", "fr-FR", "es-ES", "pt-BR", "it", "nl", "pl", "ru", "tr"];
  for (const locale of decimalCommas) assert.deepEqual(dialectOf(locale), { separator: ";", decimal: "," }, locale);
  for (const locale of ["de-CH", "ar", "ar-EG"]) assert.deepEqual(dialectOf(locale), { separator: ";", decimal: "." }, locale);
  for (const locale of ["en", "en-US", "en-GB", "es-MX", "hi-IN", "zh-CN", "ja", "", "no locale"]) assert.equal(dialectOf(locale), FOR_PROGRAMS, locale);
  const records = [recordOf(film("a;b.png"))];
  const [header, line] = csvOf(records, columnsOf(SITE, MODEL), dialectOf("de")).slice(1).split("\r\n");
  assert.ok(header!.startsWith("file;status;"));
  assert.ok(line!.startsWith('"a;b.png";done;;Reads as ill;B;30;balanced;0,25;'));
  assert.ok(line!.includes(";0,30000000000000004;0;-1,5;"));
});

test("where no class is looked for, there is no percentage of one", () => {
  assert.ok(!columnsOf(SITE, MODEL, null).some(({ name }) => name.includes("%")));
});
