// What users' scripts may rely on: `window.plainfilm` on the page, and what `open` of plainfilm.js gives on other pages.

import type { Backend } from "../shared/backend.ts";
import { decide, type Reading } from "../shared/decide.ts";
import { ReadingError, type FileReason } from "../shared/reading.ts";
import { TURNS, type Turn } from "../shared/film.ts";
import type { Site } from "../shared/site.ts";
import type { ChosenModel } from "./chosen_model.ts";
import type { Reader } from "./reader.ts";
import type { Words } from "./words.ts";

export interface Plainfilm {
  readonly version: string;
  /** Resolves when films can be read; rejects when they cannot. Another one when another model is chosen. */
  readonly ready: Promise<{ readonly backend: Backend; readonly model: string }>;
  /**
   * Reads one picture; with `anyway` also one that would be refused. A film that cannot be read resolves too, with its reason;
   * rejects only when the engine is not usable, when the film twice stopped what reads it (`reason` of the error: `took-too-long`,
   * `reader-stopped`), or with a RangeError where the model knows no such `population`.
   */
  classify(picture: Blob | ImageBitmap, options?: ClassifyOptions): Promise<Reading>;
}

export interface ClassifyOptions {
  readonly anyway?: boolean;
  /** How the picture was turned, as `turn` of a refused reading says it: it is turned back before it is read. */
  readonly turn?: Turn | null;
  /** Whose film it is. Where it is empty or left out, the file's own age says it, or every population reads the film. */
  readonly population?: string;
}

/** A film twice stopped what reads it, or kept it too long; other films can be read. The message is a plain sentence. */
class ClassifyError extends Error {
  override readonly name = "ClassifyError";
  /** A stable code. */
  readonly reason: string;

  constructor(reason: FileReason, words: Words) {
    super(words.problem(reason));
    this.reason = reason;
  }
}

export function plainfilm(site: Site, chosen: ChosenModel, words: Words, reader: Reader): Plainfilm {
  return {
    version: site.version,
    get ready() {
      return reader.ready.then((backend) => ({ backend, model: chosen.current.name }));
    },
    async classify(picture, { anyway = false, turn = null, population = "" } = {}) {
      checkPopulation(population, chosen.current.populations.map(({ name }) => name), chosen.current.name);
      if (turn !== null && !TURNS.includes(turn)) throw new RangeError(`there is no turn ${JSON.stringify(turn)}: it is one of ${TURNS.join(", ")}, or null`);
      const isPicture = picture instanceof Blob || picture instanceof ImageBitmap;
      const finding = await reader.read(isPicture ? picture : new Blob([String(picture)]), { anyway, turn }).catch((error: unknown) => {
        throw error instanceof ReadingError ? new ClassifyError(error.reason, words) : error;
      });
      if (finding.reason === "took-too-long" || finding.reason === "reader-stopped") throw new ClassifyError(finding.reason, words);
      const decided = { ...finding, ...decide(finding, chosen.rule, { population: population || (finding.population ?? ""), point: null }) };
      return { file: picture instanceof File ? picture.name : "", ...decided, message: words.messageOf(decided) };
    },
  };
}

/** Throws a RangeError where a model does not know whom a script or a page speaks of. */
export function checkPopulation(population: unknown, known: readonly string[], model: string): void {
  if (population === "" || known.some((name) => name === population)) return;
  const expected = known.length === 0 ? "reads all films alike" : `knows ${known.map((name) => JSON.stringify(name)).join(", ")}, and "" for not said`;
  throw new RangeError(`there is no population ${JSON.stringify(population) ?? String(population)}: ${model} ${expected}`);
}
