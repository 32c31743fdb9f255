// A threshold of one's own as it is kept: a small JSON file with what was measured when it was chosen, and no film and no name.

import type { Share, Site } from "../../shared/site.ts";
import type { OwnPoint } from "../chosen_model.ts";
import type { Words } from "../words.ts";

export const FORMAT = "plainfilm-own-threshold";
const VERSION = 1;

/** A rate on the films that chose the threshold, less what choosing on the same films flatters, with its 95 % interval. */
export interface OwnRate {
  readonly apparent: number;
  readonly corrected: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface OwnThresholdFile {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly model: string;
  /** SHA-256 of the bundle's metadata.json. */
  readonly model_sha256: string;
  /** Whose films it is for; null for a model that reads all films alike. */
  readonly population: string | null;
  readonly positive_class: string;
  /** The positive class is read at this probability or above. */
  readonly threshold: number;
  /** The least sensitivity that was asked for; null where the threshold was set by hand, and nothing is corrected. */
  readonly wanted_sensitivity: number | null;
  /** Films that chose it, and how many of them are of the positive class. */
  readonly films: number;
  readonly positive: number;
  readonly patients: number | null;
  readonly sensitivity: OwnRate;
  readonly specificity: OwnRate;
  /** ISO 8601, of the day. */
  readonly date: string;
  /** The version of Plainfilm. */
  readonly plainfilm: string;
}

/** One that was saved here has less than 2 kB. */
export const LARGEST_OWN_BYTES = 100e3;

/** A key of the page's messages, with what to fill in. */
export interface Problem {
  readonly problem: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** What a file holds: a threshold, or why it is none for this site; null where it was never meant as one. */
export function readOwnThreshold(name: string, text: string, site: Site): OwnThresholdFile | Problem | null {
  let found: Partial<Record<keyof OwnThresholdFile, unknown>>;
  try {
    found = JSON.parse(text.replace(/^\ufeff/, "")) as typeof found;
  } catch {
    return null;
  }
  if (typeof found !== "object" || found === null || found.format !== FORMAT) return null;
  const wrong = (problem: string, values: Problem["values"] = {}): Problem => ({ problem: `own-${problem}`, values: { file: name, ...values } });
  if (found.version !== VERSION) return wrong("version", { value: said(found.version) });
  const damaged = firstWrong(found);
  if (damaged !== null) return wrong("damaged", { name: damaged, value: said(found[damaged]) });
  const own = found as OwnThresholdFile;
  const model = site.models.find((one) => one.name === own.model);
  if (model === undefined) return wrong("other-model", { model: own.model });
  if (model.sha256 !== own.model_sha256) return wrong("other-version", { model: model.title });
  if (own.positive_class !== site.positive_class) return wrong("other-class", { label: own.positive_class });
  const known = model.populations.map((one) => one.name);
  if (known.length === 0 ? own.population !== null : !known.includes(own.population ?? "")) return wrong("other-population", { name: own.population ?? "–" });
  return own;
}

/** What stands there, shortened; it may be nested deeper than can be written. */
function said(value: unknown): string {
  try {
    return JSON.stringify(value)?.slice(0, 60) ?? "–";
  } catch {
    return "…";
  }
}

/** The first field that cannot be right; null where all may be. */
function firstWrong(found: Partial<Record<keyof OwnThresholdFile, unknown>>): keyof OwnThresholdFile | null {
  const isShare = (value: unknown): boolean => typeof value === "number" && value >= 0 && value <= 1;
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  const isText = (value: unknown): boolean => typeof value === "string" && value !== "" && value.length <= 200;
  const orNull = (test: (value: unknown) => boolean) => (value: unknown): boolean => value === null || test(value);
  const isRate = (value: unknown): boolean => {
    const { apparent, corrected, low, high } = (value ?? {}) as Partial<Record<keyof OwnRate, unknown>>;
    return isShare(apparent) && isShare(corrected) && orNull(isShare)(low) && orNull(isShare)(high) && ((low ?? 0) as number) <= ((high ?? 1) as number);
  };
  const tests: Partial<Record<keyof OwnThresholdFile, (value: unknown) => boolean>> = {
    model: isText, model_sha256: isText, population: orNull(isText), positive_class: isText, threshold: isShare, wanted_sensitivity: orNull(isShare),
    films: (value) => isCount(value) && value !== 0, positive: (value) => isCount(value) && (value as number) <= (found.films as number), patients: orNull(isCount),
    sensitivity: isRate, specificity: isRate,
    date: (value) => typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)), plainfilm: isText,
  };
  const wrong = Object.entries(tests).find(([field, test]) => !test(found[field as keyof OwnThresholdFile]));
  return wrong === undefined ? null : (wrong[0] as keyof OwnThresholdFile);
}

/** As an operating point of the page. Its name is what exports say; it is in English, as all of theirs. */
export function ownPointOf(own: OwnThresholdFile, words: Words): OwnPoint {
  const share = ({ corrected, low, high }: OwnRate): Share => ({ value: corrected, low, high });
  const values = { n: own.films, date: dayOf(own.date, words), threshold: words.percent(own.threshold * 100) };
  const [sensitivity, specificity] = [share(own.sensitivity), share(own.specificity)];
  const said = { ...values, sensitivity: words.percent(sensitivity.value * 100), specificity: words.percent(specificity.value * 100) };
  return {
    model: own.model,
    population: own.population,
    point: {
      name: `own threshold, chosen on ${own.films} films of this device, ${own.date}`,
      label: words.text("own-label"),
      help: words.text("own-marked", values),
      threshold: own.threshold,
      sentence: words.text("own-sentence", said),
      measured: [{ films: words.text("own-films"), n: own.films, sensitivity, specificity }],
    },
  };
}

export function dayOf(iso: string, words: Words): string {
  return words.day(new Date(`${iso}T12:00:00`));
}
