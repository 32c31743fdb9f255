import assert from "node:assert/strict";
import { test } from "node:test";
import { classFolder, classWordsOf, tellingFolders } from "./class_words.ts";
import { matchRows } from "./matching.ts";
import { labelTable, type LabelRow, type LabelTable } from "./tables.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (data: Uint8Array | string): LabelTable => {
  const found = labelTable("t.csv", typeof data === "string" ? bytes(data) : data);
  assert.ok("rows" in found, JSON.stringify(found));
  return found;
};
const problem = (data: Uint8Array | string): string => {
  const found = labelTable("t.csv", typeof data === "string" ? bytes(data) : data);
  return "problem" in found ? found.problem : "none";
};
const row = (file: string, label = "NORMAL", patient = ""): LabelRow => ({ file, label, patient, groups: {} });

test("separators, quotes, line ends and marks of every usual kind give the same table", () => {
  const expected = [
    { file: "a, b.png", label: "NORMAL", patient: "P1", groups: { sex: "F" } },
    { file: 'say "x".png', label: "PNEUMONIA", patient: "", groups: { sex: "" } },
  ];
  const lines = ['file;label;patient_id;sex', '"a, b.png";NORMAL;P1;F', '"say ""x"".png";PNEUMONIA;;'];
  for (const separator of [",", ";", "\t"]) {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = lines.map((line) => line.replaceAll(";", separator)).join(end);
      for (const mark of ["", "\ufeff"]) assert.deepEqual(read(mark + text + end).rows, expected, JSON.stringify([separator, end, mark]));
    }
  }
  const wide = Uint8Array.from([0xff, 0xfe, ...[...lines.join("\r\n").replaceAll(";", "\t")].flatMap((letter) => [letter.charCodeAt(0), 0])]);
  assert.deepEqual(read(wide).rows, expected);
  const bytesOf = (letter: string, isBig: boolean): number[] => (isBig ? [0, letter.charCodeAt(0)] : [letter.charCodeAt(0), 0]);
  for (const isBig of [true, false]) assert.deepEqual(read(Uint8Array.from([...lines.join("\n")].flatMap((letter) => bytesOf(letter, isBig)))).rows, expected, "without a mark");
  for (const line of ["sep=;", '"sep=;"', "sep=|"]) assert.deepEqual(read(`${line}\r\n${lines.map((one) => one.replaceAll(";", line.replaceAll('"', "").at(-1)!)).join("\r\n")}`).rows, expected, line);
  assert.deepEqual(read(lines.join("\n").replaceAll(";", "|")).rows, expected);
  assert.deepEqual(read(`\r\n \n${lines.join("\r\n")}`).rows, expected, "blank lines before it");
});

test("columns go by what people call them, in any order, and a table without a header is known by its films", () => {
  assert.deepEqual(read("Finding Labels,Patient ID,Image Index\nNo Finding,7,0007.png\n").rows[0], { file: "0007.png", label: "No Finding", patient: "7", groups: {} });
  assert.deepEqual(read("a.png,NORMAL\nb.png,PNEUMONIA\n").rows.map(({ label }) => label), ["NORMAL", "PNEUMONIA"]);
});

test("what Windows wrote before UTF-8 is read as such", () => {
  const found = read(Uint8Array.from([...bytes("file,label\nr"), 0xf6, ...bytes("ntgen.png,NORMAL\n")]));
  assert.equal(found.rows[0]!.file, "röntgen.png");
});

test("lines without a file or a label are counted, blank ones are not", () => {
  assert.deepEqual(read("file,label\n,NORMAL\n\na.png,\nb.png,NORMAL\n").incomplete, [2, 4]);
});

test("cells are read as they were meant where a spreadsheet was kept from counting with them, and a formula is text", () => {
  const rows = read('file,label,sex\n="0001.png","=""NORMAL""",\'=F\n\'-2.png,NORMAL,\'F\n3.png,"=HYPERLINK(""http://a.example"",""b"")",F\n').rows;
  assert.deepEqual(rows.map(({ file, label, groups }) => [file, label, groups["sex"]]), [["0001.png", "NORMAL", "=F"], ["-2.png", "NORMAL", "'F"], ["3.png", '=HYPERLINK("http://a.example","b")', "F"]]);
});

test("what is no table of labels says why", () => {
  assert.equal(problem(""), "table-empty");
  assert.equal(problem(" \n"), "table-empty");
  assert.equal(problem("file,label\n"), "table-no-rows");
  assert.equal(problem("picture,answer\n1,2\n"), "table-no-columns");
  assert.equal(problem('file,label\n"a.png,NORMAL\n'), "table-open-quote");
  assert.equal(problem(Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0])), "table-no-text");
  assert.equal(problem(Uint8Array.from([1, 2, 0xff, 5])), "table-no-text");
  assert.equal(problem(Uint8Array.from([0xff, 0xfe, 0, 0, 0x66, 0, 0, 0])), "table-no-text", "UTF-32");
});

test("films are found by path, by name where that is enough, and without their ending", () => {
  const { rows } = matchRows(["ours/NORMAL/a.png", "zip.zip/x/b.dcm", "c.png"], [row("/data/old/NORMAL/a.png"), row("B.dcm"), row("c")]);
  assert.deepEqual(rows.map((one) => one?.file), ["/data/old/NORMAL/a.png", "B.dcm", "c"]);
  const back = matchRows(["w/1/a.png", "w/2/a.png"], [row("1\\a.png", "NORMAL"), row("2\\a.png", "PNEUMONIA")]);
  assert.deepEqual(back.rows.map((one) => one?.label), ["NORMAL", "PNEUMONIA"]);
});

test("of thousands of films with one name each finds its own line without being held against all others", () => {
  const patients = Array.from({ length: 3_000 }, (_, index) => `p${index}`);
  const { rows, unused } = matchRows(patients.map((one) => `cd/${one}/IM0001`), patients.map((one) => row(`${one}/IM0001`, "NORMAL", one)).reverse());
  assert.deepEqual([rows.map((one) => one?.patient), unused], [patients, []]);
});

test("a name that several films or lines have is told, never guessed", () => {
  const films = matchRows(["1/a.png", "2/a.png"], [row("a.png")]);
  assert.deepEqual([films.rows, films.ambiguous, films.unused], [[null, null], [0, 1], []]);
  const lines = matchRows(["a.png"], [row("1/a.png", "NORMAL"), row("2/a.png", "PNEUMONIA")]);
  assert.deepEqual([lines.rows, lines.ambiguous, lines.unused], [[null], [0], []]);
  const other = matchRows(["p2/IM0001"], [row("p1/IM0001")]);
  assert.deepEqual([other.rows, other.unused.length], [[null], 1]);
});

test("lines that say two things of one file count for neither", () => {
  const { rows, contradictory } = matchRows(["a.png", "b.png"], [row("a.png"), row("a.png", "PNEUMONIA"), row("b.png"), row("b.png")]);
  assert.deepEqual([rows.map((one) => one?.label), contradictory], [[undefined, "NORMAL"], ["a.png"]]);
  const alike = matchRows(["a.png"], [row("a.png", "NORMAL"), row("a.png", "no finding")], () => "the same class");
  assert.deepEqual([alike.rows.map((one) => one?.label), alike.contradictory], [["NORMAL"], []]);
});

test("folders say a class by its name, its word or one of site.toml's, the innermost first; numbers say nothing", () => {
  const words = classWordsOf({ classes: [{ name: "NORMAL", label: "normal" }, { name: "PNEUMONIA", label: "neumonía" }], labels: { NORMAL: ["no finding", "0"] } });
  assert.equal(classFolder("x/Normal/a.png", words), "Normal");
  assert.equal(classFolder("x/No_Finding.zip/a.png", words), "No_Finding.zip");
  assert.equal(classFolder("pneumonia/neumonia/a.png", words), "neumonia");
  assert.equal(classFolder("0/a.png", words), null);
  assert.deepEqual(tellingFolders(["d/krank/a.png", "d/gesund/b.png", "c.png"], words), ["krank", "gesund", null]);
  assert.deepEqual(tellingFolders(["d/normal/x/a.png", "d/covid/b.png", "c.png"], words), ["normal", "covid", null], "what lies beside a class may be one");
  assert.deepEqual(tellingFolders(["d/IM1/a.png", "d/SE2/b.png"], words), [null, null]);
  assert.deepEqual(tellingFolders(["a.png"], words), [null]);
});
