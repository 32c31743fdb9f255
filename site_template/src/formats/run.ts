// A run of one value in the middle of uncompressed rows: where a file's bytes were lost, they are one value, from the middle of a row to the
// middle of another.
//
// In a whole picture, what is black ends where the film's edge has it, row by row. A hole begins and ends at once: the pixels before its first one
// and above it are a film's, and so are those behind its last one and below it.

import { torn } from "./torn.ts";

export interface Rows {
  /** Bytes from one row to the next, and those of them that hold pixels. */
  readonly rowLength: number;
  readonly used: number;
}

/** Rows: a shorter run is hardly seen, and frames that people draw are of one value along a row. */
const SHORTEST = 1.5;
/** Of the pixels along a hole's edge, as many differ from it at least. */
const DIFFERENT = 0.9;
/** So many levels are a difference. */
const LEVELS = 12;
/** Between these, no edge of a film is of one value. */
const [MOST_BLACK, LEAST_WHITE] = [24, 231];
/** Bytes along an edge that are looked at. */
const FEWEST = 12;

/** Throws a ReadingError, `damaged`, where uncompressed rows of bytes have a hole. */
export function checkRun(bytes: Uint8Array, rows: Rows): void {
  const { rowLength } = rows;
  const shortest = Math.ceil(rowLength * SHORTEST);
  // Every long run holds one of the bytes that are half of `shortest` apart.
  const step = Math.max(1, shortest >> 1);
  for (let at = 0; at < bytes.length; ) {
    const value = bytes[at]!;
    let end = at + 1;
    while (end < bytes.length && bytes[end] === value) end += 1;
    if (end - at < step) {
      at += step;
      continue;
    }
    let start = at;
    while (start > 0 && bytes[start - 1] === value) start -= 1;
    if (end - start >= shortest && isHole(bytes, start, end, value, rows)) throw torn("a part of the rows is one value");
    at = end + step;
  }
}

function isHole(bytes: Uint8Array, start: number, end: number, value: number, { rowLength, used }: Rows): boolean {
  const [startsAt, endsAt] = [start % rowLength, end % rowLength];
  /** Share of bytes that differ clearly from the hole's. */
  const differing = (from: number, to: number, levels = LEVELS): number => {
    let count = 0;
    for (let at = from; at < to; at += 1) if (Math.abs(bytes[at]! - value) >= levels) count += 1;
    return count / (to - from);
  };
  /** Whether the row above the run's first one is a film's, over its whole length, and so is what comes before it. */
  const beginsAtOnce = (): boolean => {
    const above = [start - rowLength, Math.min(start - startsAt - rowLength + used, end - rowLength)] as const;
    if (startsAt < FEWEST || above[0] < 0 || above[1] - above[0] < FEWEST) return false;
    return differing(...above) >= DIFFERENT && differing(start - FEWEST, start) >= DIFFERENT;
  };
  const endsAtOnce = (): boolean => {
    const below = [Math.max(end - endsAt + rowLength, start + rowLength), end + rowLength] as const;
    if (endsAt === 0 || used - endsAt < FEWEST || below[1] > bytes.length || below[1] - below[0] < FEWEST) return false;
    return differing(...below) >= DIFFERENT && differing(end, end + FEWEST) >= DIFFERENT;
  };
  /** Bands at a picture's edge are black or white, and begin with a row. */
  const fillsUp = (): boolean =>
    end === bytes.length && value > MOST_BLACK && value < LEAST_WHITE && startsAt >= FEWEST && startsAt < used && differing(start - FEWEST, start, 1) >= 0.5;
  return beginsAtOnce() || endsAtOnce() || fillsUp();
}
