// Whether a DICOM header names something other than a frontal chest radiograph.

import type { DataSet } from "dicom-parser";
import type { Concern } from "../../shared/film.ts";

/** Radiography by its standard code and by what older machines write; OT means anything. */
const RADIOGRAPHY = ["", "CR", "DX", "DR", "RG", "XR", "RF", "OT"];
/** The chest in the standard's term and in what people type in many languages. */
const CHEST = /CHEST|THORA|TORA|THX|CXR|LUNG|PULM|BRUST|PECHO|PEITO|POUMON/;
const LATERAL = /^(LL|RL|LLD|RLD)$|LAT/;

export const HEADER_REASONS = ["other-modality", "other-body-part", "lateral-view"] as const;

/** Null for a film that the header allows, which includes a header without these fields. */
export function concernOf(data: DataSet): Concern | null {
  const code = (tag: string): string => (data.string(tag) ?? "").trim().toUpperCase();
  const concern = (reason: (typeof HEADER_REASONS)[number], word: string): Concern => ({ reason, seen: /^[A-Z0-9 _-]{1,16}$/.test(word) ? word : "", expected: "" });
  const [modality, bodyPart, view] = [code("x00080060"), code("x00180015"), code("x00185101")];
  if (!RADIOGRAPHY.includes(modality)) return concern("other-modality", modality);
  if (bodyPart !== "" && !CHEST.test(bodyPart)) return concern("other-body-part", bodyPart);
  return LATERAL.test(view) ? concern("lateral-view", view) : null;
}
