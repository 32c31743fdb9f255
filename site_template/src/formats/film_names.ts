// Which files of a folder or a ZIP may be films; a file that was chosen by itself is always tried.

import { FORMATS } from "./known.ts";

const KNOWN = new RegExp(`\\.(${FORMATS.flatMap(({ endings }) => endings).join("|")})$`, "i");
/** What systems leave in folders, and a CD's index. */
const LITTER = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini|DICOMDIR)(\/|$)/i;

/** By its path. DICOM files often have no ending, or only the digits of their numbers, or a patient's name with a ^. */
export function mayBeFilm(path: string): boolean {
  if (LITTER.test(path)) return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return KNOWN.test(name) || /^[^.]+$/.test(name) || /\.\d+$/.test(name) || /\^[^.]*$/.test(name);
}
