// A hole in a JPEG 2000 codestream: its arithmetic codes look like chance, and never hold one byte many times over.

import { torn } from "../torn.ts";

/** Equal bytes; a packet without data is a zero, and there are not so many of them behind one another. */
const MOST_ALIKE = 128;
const [START_OF_TILE, END] = [0x90, 0xd9];
/** Of High-Throughput JPEG 2000, whose codes may. */
const CAPABILITIES = 0x50;

/** Throws a ReadingError, `damaged`. */
export function checkHole(frame: Uint8Array): void {
  const isMarker = (at: number, code: number): boolean => frame[at] === 0xff && frame[at + 1] === code;
  // What is in the segments of the main header may be anything.
  let at = 0;
  for (; at < frame.length && !isMarker(at, START_OF_TILE); at += 1) if (isMarker(at, CAPABILITIES)) return;
  const end = endOf(frame);
  let alike = 1;
  for (at += 1; at < end; at += 1) {
    alike = frame[at] === frame[at - 1] ? alike + 1 : 1;
    if (alike > MOST_ALIKE) throw torn("a part of the codestream is one byte");
  }
}

/** Behind the last end marker there may be bytes that fill up. */
function endOf(frame: Uint8Array): number {
  for (let at = frame.length - 2; at >= 0; at -= 1) if (frame[at] === 0xff && frame[at + 1] === END) return at;
  return frame.length;
}
