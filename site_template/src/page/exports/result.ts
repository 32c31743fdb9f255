// One film's result as a few lines of text, for the clipboard.

import type { Model } from "../../shared/site.ts";
import type { Film } from "../film.ts";
import type { Words } from "../words.ts";

type Result = Pick<Film, "name" | "message" | "reading" | "whose" | "decidedAt" | "provenance">;

export function resultOf({ name, message, reading, whose, decidedAt, provenance }: Result, { disclaimer }: Pick<Model, "disclaimer">, words: Words): string {
  // Where it is not said whose film it is, the message has what each population's reading is.
  const isOfAll = (reading?.by_population.length ?? 0) > 0;
  const classes = reading === null || isOfAll ? [] : words.percentages(reading).map(({ className, text }) => `${words.labelOf(className)}: ${text}`);
  return [name, message, ...classes, whose, decidedAt, disclaimer, provenance].filter((line) => line !== "").join("\n");
}
