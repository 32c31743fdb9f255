// Which files of a folder or a ZIP may be films, by their names or their first bytes; a file that was chosen by itself is always tried.

import { dicom } from "./dicom/meta.ts";
import { FORMATS } from "./known.ts";

const KNOWN = new RegExp(`\\.(${FORMATS.flatMap(({ endings }) => endings).join("|")})$`, "i");
/** What systems leave in folders, and a CD's index. */
const LITTER = /(^|\/)(\.(?!\.?(?:\/|$))[^/]*|__MACOSX|Thumbs\.db|desktop\.ini|DICOMDIR)(\/|$)/i;

/** By its path. DICOM files often have no ending, or only the digits of their numbers, or a patient's name with a ^. */
export function mayBeFilm(path: string): boolean {
  if (LITTER.test(path)) return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return KNOWN.test(name) || /^[^.]+$/.test(name) || /\.\d+$/.test(name) || /\^[^.]*$/.test(name);
}

/** By its first HEAD_BYTES, where the name does not tell: what machines call DICOM files has no end. */
export function beginsAsFilm(path: string, head: Uint8Array): boolean {
  return !LITTER.test(path) && dicom.begins(head);
}
