// How long the page waits for its workers before it gives one up: the one place for these numbers. docs/contracts.md says the same to people.
//
// Chosen so that the slowest that is still at work is not given up: a 100-megapixel film on a phone of 2018 takes under a minute.

const SECOND = 1000;

/** Any film: its file is read and decoded, and the network has it. */
const FILM = 30 * SECOND;
/** For each megapixel of a film whose size is known, by its header or decoded, and for each megabyte of a file until it is. */
const PER_MEGAPIXEL = 1 * SECOND;
/** As many runs of the network as the self-check timed may a film take: it is read once, and turned to see whether it stands right. */
const NETWORK_RUNS = 40;
/** A worker that was told to stop what it does. */
const STOPPED = 10 * SECOND;
/** An answer that takes no film. */
const ANSWER = 30 * SECOND;
/** The next file out of a ZIP, beside what its bytes take. */
const ARCHIVE = 60 * SECOND;

const MEGA = 1_000_000;

/** In milliseconds of silence. */
export interface Patience {
  /** Of a file whose picture's size is not known: before its header is read, or where that does not tell it. */
  ofFile(bytes: number, selfCheck: number): number;
  ofPicture(pixels: number, selfCheck: number): number;
  ofArchive(bytes: number): number;
  readonly stopped: number;
  readonly answer: number;
}

/** `factor` is 1 as built (Site.film_patience). `selfCheck`: milliseconds that one film took the network in the self-check. */
export function patienceOf(factor = 1): Patience {
  const film = (units: number, selfCheck: number): number => factor * (FILM + units * PER_MEGAPIXEL + selfCheck * NETWORK_RUNS);
  return {
    ofFile: (bytes, selfCheck) => film(bytes / MEGA, selfCheck),
    ofPicture: (pixels, selfCheck) => film(pixels / MEGA, selfCheck),
    ofArchive: (bytes) => factor * (ARCHIVE + (bytes / MEGA) * PER_MEGAPIXEL),
    stopped: factor * STOPPED,
    answer: factor * ANSWER,
  };
}
