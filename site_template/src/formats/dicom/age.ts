// Whose film it is by its patient's age. The age itself goes no further than this file: what leaves is a population's name.

import type { DataSet } from "dicom-parser";
import { populationOfAge, type PopulationAges } from "../../shared/ages.ts";

const DAYS_IN_YEAR = 365.2425;
const MONTHS_IN_YEAR = 12;

/** From here on an age is a mistake, or stands for a birthday that was taken out. */
const TOO_OLD = 120;

/** The population of the patient's age; empty where the age is in none, null where the header says no age that makes sense. */
export function populationOf(data: DataSet, populations: readonly PopulationAges[]): string | null {
  const value = (tag: string): string => (data.string(tag) ?? "").replace(/^[ \0]+|[ \0]+$/g, "");
  const age = ageOf(value("x00101010")) ?? ageBetween(value("x00100030"), value("x00080020"));
  return age === null || age >= TOO_OLD ? null : populationOfAge(age, populations);
}

/** In years, of an Age String such as `045Y`, `018M`, `003W` or `010D` (PS3.5 6.2); null for anything else. */
export function ageOf(text: string): number | null {
  const [, digits, unit] = /^(\d{3})([DWMY])$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const n = Number(digits);
  const age = unit === "Y" ? n : unit === "M" ? n / MONTHS_IN_YEAR : (unit === "W" ? 7 * n : n) / DAYS_IN_YEAR;
  return age < TOO_OLD ? age : null;
}

/** In years, by whole months from one date to another; null where one is no date, or the first is the later. */
export function ageBetween(born: string, then: string): number | null {
  const [from, to] = [dateOf(born), dateOf(then)];
  if (from === null || to === null) return null;
  const months = (to.year - from.year) * MONTHS_IN_YEAR + to.month - from.month - (to.day < from.day ? 1 : 0);
  return months < 0 ? null : months / MONTHS_IN_YEAR;
}

/** `19800229`, or `1980.02.29` as old files have it. */
function dateOf(text: string): { year: number; month: number; day: number } | null {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? /^(\d{4})\.(\d\d)\.(\d\d)$/.exec(text);
  if (parts === null) return null;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000, month, 0)).getUTCDate();
  return isDate ? { year, month, day } : null;
}
