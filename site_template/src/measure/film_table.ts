// The labelled films as a table, one line for each: what CSV and workbook are written from.

import type { XlsxCell } from "../shared/xlsx.ts";
import { isPositive } from "./rows.ts";
import type { OutputInput } from "./types.ts";

/** The header, then the films; names of columns are in English, as in every export. */
export function filmTable({ about, cases, measured, subgroups }: OutputInput): XlsxCell[][] {
  const { threshold } = measured.options;
  const origin = { threshold, model: about.model.name, model_sha256: about.model.sha256, plainfilm: about.version, date: about.date, warning: about.warning };
  const hasPatients = cases.some(({ patient }) => patient !== undefined);
  const header = [
    "file", "class", "positive", "probability", "read_as_positive", "right", "not_read", "doubtful", ...(hasPatients ? ["patient"] : []),
    ...subgroups.map(({ key }) => `group_${key}`), ...Object.keys(origin),
  ];
  const lines = cases.map((one): XlsxCell[] => {
    const read = one.score === null ? null : isPositive(one, threshold);
    return [
      one.file, one.label === 1 ? about.classes.positive : about.classes.others, one.label === 1, one.score, read, read === null ? null : read === (one.label === 1),
      one.refused, one.doubtful, ...(hasPatients ? [one.patient ?? null] : []), ...subgroups.map(({ key }) => one.groups[key] ?? null), ...Object.values(origin),
    ];
  });
  return [header, ...lines];
}
