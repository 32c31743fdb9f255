// Which files of a folder or a ZIP may be films, by their names or their first bytes; a file that was chosen by itself is always tried.

import { dicom } from "./dicom/meta.ts";
import type { Format } from "./format.ts";
import { FORMATS, formatOf } from "./known.ts";

const endingOf = (formats: readonly Format[]): RegExp => new RegExp(`\\.(${formats.flatMap(({ endings }) => endings).join("|")})$`, "i");
const KNOWN = endingOf(FORMATS);
const PICTURE = endingOf(FORMATS.filter((format) => format !== dicom));
/** A name without an ending. */
const BARE = /^[^.]+$/;
/** What systems leave in folders, and a CD's index. */
const LITTER = /(^|[\\/])(\.(?!\.?(?:[\\/]|$))[^\\/]*|__MACOSX|Thumbs\.db|desktop\.ini|DICOMDIR)([\\/]|$)/i;
/** Of a path, which some programs for Windows write with its own slash. */
const nameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

/** By its path. DICOM files often have a number and no ending, or only the digits of their numbers, or a patient's name with a ^. */
export function mayBeFilm(path: string): boolean {
  if (LITTER.test(path)) return false;
  const name = nameOf(path);
  return KNOWN.test(name) || (BARE.test(name) && /\d/.test(name)) || /\.\d+$/.test(name) || /\^[^.]*$/.test(name);
}

/** Whether it may be a table of what films show. */
export function isTable(path: string): boolean {
  return /\.(csv|tsv)$/i.test(path) && !LITTER.test(path);
}

/** By its first HEAD_BYTES, where the name does not tell: what machines call DICOM files has no end, and a picture may lack its ending. */
export function beginsAsFilm(path: string, head: Uint8Array): boolean {
  if (LITTER.test(path)) return false;
  return dicom.begins(head) || (BARE.test(nameOf(path)) && formatOf(head) !== undefined);
}

/** Whether its name says that it is a picture, and none of DICOM's: no need to look into it. */
export function isNamedAsPicture(path: string): boolean {
  return PICTURE.test(path);
}

/** A CD's index, by its name. */
export function isIndex(path: string): boolean {
  return /(^|[\\/])DICOMDIR$/i.test(path);
}

export function beginsAsDicom(head: Uint8Array): boolean {
  return dicom.begins(head);
}
