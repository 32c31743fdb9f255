// DICOM files: DICM behind a preamble of 128 bytes.

import { stands, type Format } from "../format.ts";

export const dicom: Format = {
  type: "application/dicom",
  endings: ["dcm", "dicom", "dic", "ima"],
  opens: ["dcm", "dicom"],
  begins: (head) => stands(head, "DICM", 128),
  deep: () => true,
};
