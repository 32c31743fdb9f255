// TIFF: little- or big-endian, classic or big.

import { stands, type Format } from "../format.ts";
import { checkDirectories } from "./directory.ts";

export const tiff: Format = {
  type: "image/tiff",
  endings: ["tif", "tiff"],
  opens: ["tif", "tiff"],
  begins: (head) => ["II*\0", "MM\0*", "II+\0", "MM\0+"].some((start) => stands(head, start)),
  deep: () => true,
  check(bytes) {
    checkDirectories(bytes);
    return 0; // where they lie, its decoder finds out
  },
};
