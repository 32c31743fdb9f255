// Unpacks a ZIP file by file, to a limit. A ZIP inside it is handed out like any other file and not opened.

import { BlobReader, configure, Uint8ArrayReader, ZipReader, type Entry, type FileEntry } from "@zip.js/zip.js/lib/zip-core-native.js";
import { joined } from "../../shared/bytes.ts";
import { sorted } from "../dicom/sort.ts";
import { beginsAsDicom, beginsAsFilm, isIndex, isNamedAsPicture, isTable, mayBeFilm } from "../film_names.ts";
import { HEADER_BYTES, type DicomRules, type LeftOutFile, type Unpacked, type Unzipped } from "../../shared/formats.ts";
import { ReadingError } from "../../shared/reading.ts";

/** Bytes of everything that is unpacked: what browsers can hold. */
const LARGEST_UNPACKED = 2 ** 31;
const MOST_FILES = 20_000;
/** Bytes of a table of what films show. */
const LARGEST_TABLE = 30e6;
/** How a ZIP's files are packed where browsers can unpack them: not at all, or by deflate. */
const PACKINGS = [0, 8];
/** zip.js's word for a directory that goes on where the archive says that it ends: it holds files that are not named. */
const MORE_FILES = "trailing central directory data";

export interface UnzipOptions {
  /** For the bytes of all files. */
  readonly room?: number;
  /** By which DICOM files are sorted out; null takes every one that has a picture. */
  readonly rules?: DicomRules | null;
}

/**
 * Calls `onFile` with every file that may be a film and the study that it belongs to, or with the reason why it could not be unpacked, until
 * `signal` aborts.
 */
export async function unzip(
  signal: AbortSignal, archive: Blob | Uint8Array<ArrayBuffer>, onFile: (name: string, unpacked: Unpacked, study: string) => void,
  { room = LARGEST_UNPACKED, rules = null }: UnzipOptions = {},
): Promise<Unzipped> {
  configure({ useWebWorkers: false });
  const leftOut: LeftOutFile[] = [];
  let files = 0;
  try {
    // Nothing is written under these names, so one that leads out of the archive is a name like others.
    const reader = new ZipReader(archive instanceof Blob ? new BlobReader(archive) : new Uint8ArrayReader(archive), { filenameValidation: "tolerant" });
    for await (const entry of reader.getEntriesGenerator()) {
      if (signal.aborted) break;
      if (entry.directory) continue;
      if (isTable(entry.filename) && entry.uncompressedSize < LARGEST_TABLE) {
        onFile(entry.filename, await unpack(signal, entry, LARGEST_TABLE), "");
        continue;
      }
      const { kind, study } = await lookedAt(signal, entry, rules);
      if (kind !== null) leftOut.push({ name: entry.filename, kind });
      else if ((files += 1) > MOST_FILES) throw new ReadingError("archive-too-large");
      else {
        const unpacked = await unpack(signal, entry, room);
        if (signal.aborted) break;
        if (typeof unpacked !== "string") room -= unpacked.length;
        onFile(entry.filename, unpacked, study);
      }
    }
    if (reader.warnings?.some(({ reason }) => reason === MORE_FILES)) return { leftOut, reason: "broken-archive" };
    return { leftOut, reason: files === 0 && !signal.aborted ? "empty-archive" : null };
  } catch (error) {
    return { leftOut, reason: error instanceof ReadingError ? error.reason : "broken-archive" };
  }
}

/** What a file is: null for what may be a film. */
async function lookedAt(signal: AbortSignal, entry: Entry & FileEntry, rules: DicomRules | null): Promise<{ readonly kind: string | null; readonly study: string }> {
  const { filename: name } = entry;
  if (isNamedAsPicture(name) && mayBeFilm(name)) return { kind: null, study: "" };
  if (isIndex(name)) return { kind: "DICOMDIR", study: "" };
  let head: Uint8Array = new Uint8Array();
  for (const bytes of HEADER_BYTES) {
    head = await start(signal, entry, bytes);
    if (!mayBeFilm(name) && !beginsAsFilm(name, head)) return { kind: "not-a-film", study: "" };
    const found = beginsAsDicom(head) ? sorted(head, rules, head.length < bytes || bytes === HEADER_BYTES[1]) : { study: "", other: null };
    if (found !== null) return { kind: found.other, study: found.study };
  }
  return { kind: null, study: "" };
}

/** A file's first bytes; none where they cannot be unpacked. */
async function start(signal: AbortSignal, entry: Entry & FileEntry, wanted: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const enough = new WritableStream<Uint8Array>({
    write(part) {
      parts.push(part.subarray(0, wanted - length));
      length += Math.min(part.length, wanted - length);
      if (length >= wanted) throw new Error("enough");
    },
  });
  if (!entry.encrypted && PACKINGS.includes(entry.compressionMethod)) await entry.getData(enough, { signal }).catch(() => {});
  return joined(parts);
}

/** A broken file loses only itself; one that leaves no room ends the archive. */
async function unpack(signal: AbortSignal, entry: Entry & FileEntry, room: number): Promise<Unpacked> {
  if (entry.encrypted) return "encrypted";
  if (!PACKINGS.includes(entry.compressionMethod)) return "unknown-packing";
  const parts: Uint8Array[] = [];
  let length = 0;
  // The sizes in the archive may be wrong, so the bytes are counted as they come.
  const counted = new WritableStream<Uint8Array>({
    write(part) {
      length += part.length;
      if (length > room) throw new ReadingError("archive-too-large");
      parts.push(part);
    },
  });
  try {
    // Files that are in one another's place unpack a small archive to one of any size.
    await entry.getData(counted, { checkSignature: true, checkOverlappingEntry: true, signal });
  } catch {
    if (length > room) throw new ReadingError("archive-too-large");
    return "unreadable";
  }
  return joined(parts);
}
