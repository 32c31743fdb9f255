// What is saved of a measurement for programs and spreadsheets: CSV per film, a workbook, and every figure as JSON.

import { tableOf } from "../shared/csv.ts";
import { xlsxOf, type XlsxCell } from "../shared/xlsx.ts";
import { comparisonTable, DEFINITIONS, figureTable, ownTable } from "./figure_table.ts";
import { filmTable } from "./film_table.ts";
import type { OutputInput } from "./types.ts";

/** Of the JSON below. */
const FORMAT = { format: "plainfilm-measurement", version: 1 } as const;

export function csvOf(input: OutputInput): string {
  return tableOf(filmTable(input), input.about.dialect);
}

export function workbookOf(input: OutputInput): Uint8Array<ArrayBuffer> {
  const { measured, own, comparison, subgroups, about } = input;
  const figures = [...figureTable(measured), ...(own === null ? [] : ownTable(own)), ...(comparison === null ? [] : comparisonTable(comparison.other, comparison.compared))];
  const [header, ...groups] = [
    ["group", "value", ...figureTable(measured)[0]!],
    ...subgroups.flatMap(({ title, groups: of }) => of.flatMap((group) => figureTable(group.measured).slice(1).map((line): XlsxCell[] => [title, group.value, ...line]))),
  ] as XlsxCell[][];
  return xlsxOf([
    { name: "films", rows: filmTable(input), header: true },
    { name: "figures", rows: figures, header: true },
    ...(groups.length === 0 ? [] : [{ name: "groups", rows: [header!, ...groups], header: true }]),
    { name: "about", rows: [["what", "value"], ...aboutLines(input)], header: true, widths: [32, 80] },
    { name: "definitions", rows: [["figure", "meaning"], ...Object.entries(DEFINITIONS)], header: true, widths: [26, 120] },
  ].map((sheet) => (sheet.name === "about" ? { ...sheet, rows: [...sheet.rows, ["warning", about.warning]] } : sheet)));
}

function aboutLines({ about, measured }: OutputInput): XlsxCell[][] {
  const { options, films, read, doubtful, patients } = measured;
  const facts: Record<string, XlsxCell> = {
    model: about.model.name, title: about.model.title, model_sha256: about.model.sha256, plainfilm: about.version, site: about.site, date: about.date,
    positive_class: about.classes.positive, others: about.classes.others, population: about.population, operating_point: about.point, threshold: options.threshold,
    prevalence: options.prevalence, reference_standard: about.reference || "not stated",
    files: about.given.files, unlabelled: about.given.unlabelled, doubles: about.given.doubles, contradictory: about.given.contradictory, of_others: about.given.others, errors: about.given.errors,
    labelled_films: films, films_read: read, doubtful, patients, resamples: options.resamples, seed: options.seed, verdict: measured.verdict,
  };
  return Object.entries(facts);
}

/** All figures with what they mean, and no film's name. */
export function jsonOf({ about, measured, subgroups, own, comparison }: OutputInput): string {
  const { texts: _, dialect: __, version: plainfilm, ...origin } = about;
  const document = {
    ...FORMAT, plainfilm, ...origin, measured, subgroups, own_threshold: own,
    comparison: comparison === null ? null : { other: comparison.other, compared: { ...comparison.compared, differ: comparison.compared.differ.length } },
    definitions: DEFINITIONS,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}
