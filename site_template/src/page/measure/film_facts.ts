// What films say of themselves, by which they are told apart: their format, their size, and the view in a DICOM header.

import type { Film } from "../film.ts";

const FORMATS: Readonly<Record<string, string>> = { jpg: "JPEG", jpeg: "JPEG", png: "PNG", tif: "TIFF", tiff: "TIFF", bmp: "BMP", webp: "WebP", gif: "GIF" };
const SIDES = [512, 1024, 2048] as const;
const HEADER_BYTES = 65_536;
/** ViewPosition, (0018,5101), in little endian. */
const VIEW = [0x18, 0x00, 0x01, 0x51] as const;

export function formatOf(name: string): string {
  return FORMATS[/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ""] ?? "DICOM";
}

/** By the shorter side, in pixels; null where nothing was decoded. */
export function sizeOf({ decided }: Pick<Film, "decided">): string | null {
  if (decided?.width == null || decided.height == null) return null;
  const side = Math.min(decided.width, decided.height);
  const above = SIDES.findIndex((limit) => side < limit);
  if (above === 0) return `< ${SIDES[0]}`;
  return above === -1 ? `≥ ${SIDES.at(-1)!}` : `${SIDES[above - 1]!}–${SIDES[above]! - 1}`;
}

const views = new WeakMap<Blob, string | null>();

/** Looks the view up in every DICOM file's header, once; afterwards `viewOf` knows it. */
export async function lookUpViews(films: readonly Film[]): Promise<void> {
  for (const { file, name } of films) {
    if (views.has(file) || formatOf(name) !== "DICOM") continue;
    views.set(file, await file.slice(0, HEADER_BYTES).arrayBuffer().then((header) => viewIn(new Uint8Array(header)), () => null));
  }
}

export function viewOf(file: Blob): string | null {
  return views.get(file) ?? null;
}

/** A DICOM header's ViewPosition; null where it names none, or is packed. */
export function viewIn(header: Uint8Array): string | null {
  for (let at = header.indexOf(VIEW[0], 132); at !== -1 && at + 8 <= header.length; at = header.indexOf(VIEW[0], at + 1)) {
    if (!VIEW.every((byte, index) => header[at + index] === byte)) continue;
    // "CS" and two bytes of length where kinds are written, four bytes of length where they are not.
    const length = header[at + 4] === 0x43 && header[at + 5] === 0x53 ? header[at + 6]! | (header[at + 7]! << 8) : header[at + 4]!;
    const text = new TextDecoder("latin1").decode(header.subarray(at + 8, at + 8 + length)).replace(/[\0 ]+$/, "");
    if (length <= 16 && /^[A-Z0-9_ ]+$/.test(text)) return text;
  }
  return null;
}
