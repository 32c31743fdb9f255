// One film's result as a few lines of text, for the clipboard.

import type { Model } from "../../shared/site.ts";
import type { Film } from "../film.ts";
import type { Words } from "../words.ts";

type Result = Pick<Film, "name" | "message" | "notes" | "reading" | "whose" | "decidedAt" | "provenance">;

export function resultOf({ name, message, notes, reading, whose, decidedAt, provenance }: Result, { disclaimer }: Pick<Model, "disclaimer">, words: Words): string {
  // Of two classes the message has the score, and where it is not said whose film it is, that of each population.
  const isSaid = reading === null || reading.by_population.length > 0 || reading.probabilities.length === 2;
  const classes = isSaid ? [] : words.percentages(reading).map(({ className, text }) => `${words.labelOf(className)}: ${text}`);
  return [name, message, notes, ...classes, whose, decidedAt, disclaimer, provenance].filter((line) => line !== "").join("\n");
}
