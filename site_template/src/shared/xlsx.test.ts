import assert from "node:assert/strict";
import { test } from "node:test";
import { strFromU8, unzipSync } from "fflate";
import { xlsxOf, type Sheet } from "./xlsx.ts";

const partsOf = (sheets: readonly Sheet[]): Record<string, string> =>
  Object.fromEntries(Object.entries(unzipSync(xlsxOf(sheets))).map(([path, bytes]) => [path, strFromU8(bytes)]));
const sheet = (rows: Sheet["rows"], header = false): string => partsOf([{ name: "a", rows, header }])["xl/worksheets/sheet1.xml"]!;

test("a workbook names each of its parts, and each part that it names is there", () => {
  const parts = partsOf([{ name: "readings", rows: [["a"]] }, { name: "about", rows: [] }]);
  const named = [...parts["[Content_Types].xml"]!.matchAll(/PartName="\/([^"]+)"/g)].map(([, path]) => path!);
  assert.deepEqual(named.toSorted(), Object.keys(parts).filter((path) => /^xl\/[^_]/.test(path)).toSorted());
  const targets = [...parts["xl/_rels/workbook.xml.rels"]!.matchAll(/Target="([^"]+)"/g)].map(([, path]) => `xl/${path}`);
  for (const target of targets) assert.ok(target in parts, target);
  assert.match(parts["xl/workbook.xml"]!, /<sheet name="readings" sheetId="1" r:id="rId1"\/><sheet name="about" sheetId="2" r:id="rId2"\/>/);
});

test("numbers, truths and dates are written as such, and what is none is left out", () => {
  const said = sheet([[0.1 + 0.2, -1.5, true, null, "", NaN, Infinity, new Date(Date.UTC(2026, 0, 2, 12)), new Date(NaN)]]);
  assert.match(said, /<c r="A1"><v>0\.30000000000000004<\/v><\/c><c r="B1"><v>-1\.5<\/v><\/c><c r="C1" t="b"><v>1<\/v><\/c><c r="H1" s="2"><v>46024\.5<\/v><\/c><\/row>/);
});

test("no text is a formula, and one that looks like it stays a text when it is edited", () => {
  const texts = ["=cmd()", "+1", "-2", "@sum", "\t=1", "＝1"];
  const said = sheet([texts]);
  assert.ok(!said.includes("<f>"));
  assert.equal(said.match(/s="3" t="inlineStr"/g)?.length, texts.length);
});

test("text stays inside its cell, with what XML cannot hold", () => {
  const said = sheet([['<a> & "b"', "\u0001\ud800_x0041_", " two\nlines "]]);
  assert.match(said, />&#60;a&#62; &#38; &#34;b&#34;</);
  assert.match(said, />_x0001_\ufffd_x005F_x0041_</);
  assert.match(said, /xml:space="preserve"> two\nlines </);
});

test("a header stays in view, in bold, and the columns behind Z are found", () => {
  const said = sheet([Array.from({ length: 703 }, (_, index) => `c${index}`), ["x"]], true);
  assert.match(said, /<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"\/>/);
  for (const [place, text] of [["Z1", "c25"], ["AA1", "c26"], ["ZZ1", "c701"], ["AAA1", "c702"]]) {
    assert.ok(said.includes(`<c r="${place}" s="1" t="inlineStr"><is><t xml:space="preserve">${text}<`), place);
  }
  assert.ok(said.includes('<c r="A2" t="inlineStr">'));
});

test("tabs have names that Excel allows, each its own", () => {
  const names = ["a/b:c", "'x'", "", "A B C", "n".repeat(40), "n".repeat(40)].map((name) => ({ name, rows: [] }));
  const said = [...partsOf(names)["xl/workbook.xml"]!.matchAll(/sheet name="([^"]*)"/g)].map(([, name]) => name);
  assert.deepEqual(said, ["a b c", "x", "Sheet3", "A B C 2", "n".repeat(31), `${"n".repeat(27)} 2`]);
});
