// Tells Python what the page finds out about encoded pictures without decoding them: training/films/file_looks.py starts it.
//
// The standard input holds questions, the standard output answers, until the input ends: eight bytes of length, little-endian, and as many
// bytes. A question is "file", or "jpeg" or "jp2k", for a JPEG or a JPEG 2000 out of another file, and its bytes; or "seam", four numbers of four bytes, the width and height of a decoded JPEG and those
// of its units, and its grey levels. An answer is JSON: `Looks`.
//
// Runs from its source: nothing of it may need a package, or a syntax that Node cannot strip.

import { readSync, writeSync } from "node:fs";
import { inspect } from "../formats/inspect.ts";
import { checkWhole } from "../formats/whole.ts";
import { checkHole } from "../formats/dicom/hole.ts";
import { asStored } from "../formats/known.ts";
import { pixelsOfWhole } from "../formats/jpeg/meta.ts";
import { checkSeam, type Unit } from "../formats/jpeg/seam.ts";
import { walk } from "../formats/jpeg/walk.ts";
import { ReadingError, type FileReason } from "../shared/reading.ts";

export interface Looks {
  /** What is missing or was changed; null where nothing was found. */
  readonly damaged: string | null;
  /** 1–8, by which the picture is to be turned; null where whoever decodes the file sees to that. */
  readonly orientation: number | null;
  /** Units along which the decoded picture is to be looked at for a seam. */
  readonly unit: Unit | null;
}

const LENGTH_BYTES = 8;
const KIND_BYTES = 4;
const NUMBERS_BYTES = 16;
const REASONS: readonly FileReason[] = ["damaged", "unreadable"];

async function looksOf(question: Uint8Array<ArrayBuffer>): Promise<Looks> {
  const [kind, bytes] = [new TextDecoder().decode(question.subarray(0, KIND_BYTES)), question.subarray(KIND_BYTES)];
  let unit: Unit | null = null;
  try {
    if (kind === "seam") {
      const [width, height, across, down] = new Uint32Array(bytes.slice(0, NUMBERS_BYTES).buffer) as unknown as [number, number, number, number];
      checkSeam({ width, height, levels: bytes.subarray(NUMBERS_BYTES) }, { width: across, height: down });
    } else if (kind === "jp2k") checkHole(bytes);
    else if (kind === "jpeg") {
      pixelsOfWhole(bytes);
      walk(bytes, true);
    } else {
      inspect(bytes);
      unit = await checkWhole(bytes);
    }
    return { damaged: null, orientation: asStored(bytes).orientation, unit };
  } catch (error) {
    // What the page does not know, Python may; how large it may be, Python knows itself.
    return { damaged: error instanceof ReadingError && REASONS.includes(error.reason) ? error.message : null, orientation: null, unit: null };
  }
}

/** Null where the input ends before. */
function read(length: number): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const count = readSync(0, bytes, at, length - at, null);
    if (count === 0) return null;
    at += count;
  }
  return bytes;
}

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}

for (;;) {
  const head = read(LENGTH_BYTES);
  const bytes = head && read(Number(new DataView(head.buffer).getBigUint64(0, true)));
  if (bytes === null) break;
  const answer = new TextEncoder().encode(JSON.stringify(await looksOf(bytes)));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(answer.length), true);
  write(length);
  write(answer);
}
