// Whether a DICOM header names a picture of another kind than the site reads: `[dicom]` of site.toml says which kind that is.

import type { DataSet } from "dicom-parser";
import type { Concern } from "../../shared/film.ts";
import type { DicomRules } from "../../shared/formats.ts";
import { namesPart, plain } from "./body_parts.ts";
import { textOf } from "./text.ts";

export const HEADER_REASONS = ["other-modality", "other-body-part", "lateral"] as const;

/**
 * Null for a film that the rules allow: without rules every one, and with them also one whose header leaves these fields out, or has a
 * word for its part of the body that is not known.
 */
export function concernOf(data: DataSet, rules: DicomRules | null): Concern | null {
  if (rules === null) return null;
  const code = (tag: string): string => (data.string(tag) ?? "").trim().toUpperCase();
  const concern = (reason: (typeof HEADER_REASONS)[number], word: string): Concern => ({ reason, seen: /^[\p{L}\p{N} _-]{1,16}$/u.test(word) ? word : "", expected: "" });
  const [modality, bodyPart, view] = [code("x00080060"), plain(textOf(data, "x00180015")), code("x00185101")];
  if (modality !== "" && !isOneOf(modality, rules.modalities)) return concern("other-modality", modality);
  if (namesPart(bodyPart) && !isOneOf(bodyPart, rules.body_parts.map(plain))) return concern("other-body-part", bodyPart);
  return isOneOf(view, rules.other_views) ? concern("lateral", view) : null;
}

/** In a pattern, `*` stands for any characters, also none. */
function isOneOf(word: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`, "s").test(word));
}

function literal(text: string): string {
  return text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
}
