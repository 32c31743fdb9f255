// DICOM files: DICM behind a preamble of 128 bytes, or what comes behind that alone.

import { HEAD_BYTES, stands, type Format } from "../format.ts";
import { beginsBare } from "./mended.ts";

export const dicom: Format = {
  type: "application/dicom",
  // Also what old devices call them: by standard, by modality.
  endings: [
    "dcm", "dicom", "dic", "dc3", "dcm30", "ima", "img", "acr", "cr", "dr", "dx", "rg", "rf", "xa", "mg", "ct", "mr", "us", "nm", "pt", "ot", "sc",
  ],
  opens: ["dcm", "dicom"],
  begins: (head) => stands(head, "DICM", 128) || beginsBare(head.subarray(0, HEAD_BYTES)),
  deep: () => true,
};
