import assert from "node:assert/strict";
import { test } from "node:test";
import type { DataSet } from "dicom-parser";
import { ageBetween, ageOf, populationOf } from "./age.ts";

const POPULATIONS = [{ name: "children", ages: { from: 1, to: 6 } }, { name: "others" }, { name: "adults", ages: { from: 18 } }];
const TAGS = { age: "x00101010", born: "x00100030", study: "x00080020" };
type Header = { readonly [name in keyof typeof TAGS]?: string };
const whose = (header: Header, populations: Parameters<typeof populationOf>[1] = POPULATIONS): string | null => {
  const values = Object.fromEntries(Object.entries(header).map(([name, value]) => [TAGS[name as keyof Header], value]));
  return populationOf({ string: (tag: string) => values[tag] } as unknown as DataSet, populations);
};

test("an age is in years, months, weeks or days", () => {
  assert.deepEqual(["045Y", "018M", "000D", "119Y"].map(ageOf), [45, 1.5, 0, 119]);
  assert.ok(Math.abs(ageOf("003W")! - 21 / 365.2425) < 1e-12 && Math.abs(ageOf("010D")! - 10 / 365.2425) < 1e-12);
});

test("what is not an age as the standard writes it says nothing", () => {
  for (const text of ["", "45", "45Y", "045", "045 Y", "0045Y", "045y", "045Q", "-45Y", "4.5Y", "045Y\\050Y", "999Y", "120Y", "０45Y"]) assert.equal(ageOf(text), null, text);
});

test("between two dates an age is counted by whole months", () => {
  assert.equal(ageBetween("20100615", "20160614"), 5 + 11 / 12);
  assert.equal(ageBetween("20100615", "20160615"), 6);
  assert.equal(ageBetween("20200229", "20210228"), 11 / 12);
  assert.equal(ageBetween("1980.02.29", "20200301"), 40);
  assert.equal(ageBetween("20200101", "20200101"), 0);
});

test("no date, half a date or a birth after the film says nothing", () => {
  for (const born of ["", "1980", "19800000", "19801301", "19800230", "1980-01-01", "20300101", "anonym"]) assert.equal(ageBetween(born, "20200101"), null, born);
  assert.equal(ageBetween("19800101", ""), null);
});

test("the population is that of the age, by the age itself before the dates", () => {
  assert.deepEqual(["012M", "005Y", "018Y", "090Y\0"].map((age) => whose({ age })), ["children", "children", "adults", "adults"]);
  assert.equal(whose({ age: "030Y", born: "20180101", study: "20200101" }), "adults");
  assert.equal(whose({ born: "20180101", study: "20200101" }), "children");
  assert.equal(whose({ age: "45", born: "20180101", study: "20200101" }), "children");
});

test("an age between the populations is nobody's, and no age is none", () => {
  assert.deepEqual(["006Y", "011M", "017Y"].map((age) => whose({ age })), ["", "", ""]);
  assert.deepEqual([{}, { age: "999Y" }, { age: "045 Y" }, { born: "19700101" }, { born: "00010101", study: "20200101" }].map((header) => whose(header)), [null, null, null, null, null]);
});

test("a model without ages asks for none", () => {
  assert.equal(whose({ age: "045Y" }, []), null);
  assert.equal(whose({ age: "045Y" }, [{ name: "cats" }, { name: "dogs", ages: null }]), null);
});
