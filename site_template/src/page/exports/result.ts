// One film's result as a few lines of text, for the clipboard.

import type { Model } from "../../shared/site.ts";
import type { Film } from "../film.ts";
import type { Words } from "../words.ts";

type Result = Pick<Film, "name" | "message" | "reading" | "point" | "provenance">;

export function resultOf({ name, message, reading, point, provenance }: Result, { disclaimer }: Pick<Model, "disclaimer">, words: Words): string {
  const classes = reading === null ? [] : words.percentages(reading).map(({ className, text }) => `${words.labelOf(className)}: ${text}`);
  const decidedAt = reading === null ? "" : (point?.sentence ?? "");
  return [name, message, ...classes, decidedAt, disclaimer, provenance].filter((line) => line !== "").join("\n");
}
