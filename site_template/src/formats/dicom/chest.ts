// Whether a DICOM file says of itself that it is something else than a frontal chest radiograph.

import type { DataSet } from "dicom-parser";
import type { Concern } from "../../shared/film.ts";
import type { Reason } from "../../shared/reading.ts";

/** Radiography by its standard code and by what older machines write; OT says nothing. */
const RADIOGRAPHY = ["", "CR", "DX", "DR", "RG", "XR", "RF", "OT"];
/** The chest in the standard's term and in what people type in many languages. */
const CHEST = /CHEST|THORA|TORA|THX|CXR|LUNG|PULM|BRUST|PECHO|PEITO|POUMON/;
const LATERAL = /^(LL|RL|LLD|RLD)$|LAT/;

/** Null where nothing speaks against it, which is also where the header is silent. */
export function concernOf(data: DataSet): Concern | null {
  const code = (tag: string): string => (data.string(tag) ?? "").trim().toUpperCase();
  const concern = (reason: Reason, word: string): Concern => ({ reason, seen: /^[A-Z0-9 _-]{1,16}$/.test(word) ? word : "", expected: "" });
  const [modality, bodyPart, view] = [code("x00080060"), code("x00180015"), code("x00185101")];
  if (!RADIOGRAPHY.includes(modality)) return concern("other-modality", modality);
  if (bodyPart !== "" && !CHEST.test(bodyPart)) return concern("other-body-part", bodyPart);
  return LATERAL.test(view) ? concern("lateral-view", view) : null;
}
