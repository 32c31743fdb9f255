import assert from "node:assert/strict";
import { test } from "node:test";
import type { Model, Site } from "../../shared/site.ts";
import { columnsOf } from "./columns.ts";
import type { FilmRecord } from "./record.ts";
import { workbookOf } from "./workbook.ts";

const SITE = { version: "1.2.3", positive_class: "B", classes: [{ name: "A", label: "fine" }, { name: "B", label: "ill" }] } as unknown as Site;
const MODEL = { name: "tiny", title: "Tiny", sha256: "ab12", precision: "float16", disclaimer: "Research only.", populations: [] as unknown } as Model;
const film = (changes: Partial<FilmRecord>): FilmRecord =>
  ({ file: "a.png", status: "done", reason: null, reading: "B", classes: [{ class_name: "B", probability: 0.3, logit: 1 }], by_population: [], date: "2026-01-02T03:04:05.000Z", population: null, operating_point: "balanced", threshold: 0.25, ...changes }) as FilmRecord;

test("the films are one sheet, and what holds for all is another, with what was left out", () => {
  const films = [film({}), film({ status: "refused", reason: "lateral", reading: null, classes: [], operating_point: null })];
  const [readings, about] = workbookOf(films, columnsOf(SITE, MODEL), [{ reason: "CT", files: 863 }, { reason: "not-a-film", files: 2 }], SITE, MODEL, new Date(0));
  const [header, first] = readings!.rows;
  assert.equal(first![header!.indexOf("ill %")], 30);
  assert.deepEqual(first![header!.indexOf("date")], new Date("2026-01-02T03:04:05.000Z"));
  const said = Object.fromEntries(about!.rows as [string, unknown][]);
  assert.deepEqual(
    ["model", "exported", "operating_point: threshold", "films", "films: read as B", "films: refused, lateral", "files left out", "files left out: CT"].map((name) => said[name]),
    ["tiny", new Date(0), "balanced: 0.25", 2, 1, 1, 865, 863],
  );
  assert.ok(readings!.header && about!.header);
});
