// ZIP: holds films, and is unpacked before any is read.

import { ReadingError } from "../../shared/reading.ts";
import { stands, type Format } from "../format.ts";

export const zip: Format = {
  type: "application/zip",
  endings: ["zip"],
  opens: ["zip"],
  // Also one without files.
  begins: (head) => stands(head, "PK\x03\x04") || stands(head, "PK\x05\x06"),
  check: () => {
    throw new ReadingError("archive");
  },
};

/** By what the system says of a file, before its bytes are read. */
export function isArchive({ name, type }: { readonly name: string; readonly type: string }): boolean {
  return zip.endings.some((ending) => name.toLowerCase().endsWith(`.${ending}`)) || /^application\/(x-)?zip/.test(type);
}
