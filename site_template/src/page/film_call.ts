// One call of a worker with a film: how the film gets there, and how long it is waited for.

import { buffersOf as buffersOfFilm, type Shown } from "../shared/film.ts";
import type { Come, Loaded, Picture, ReadingCalls } from "../shared/protocol.ts";
import type { Model, Site } from "../shared/site.ts";
import { isForFormats, lateFile, type FormatsWorker } from "./formats_worker.ts";
import { patienceOf } from "./patience.ts";
import type { Seat } from "./pool.ts";
import { within } from "./watchdog.ts";

export type Ready = Loaded & { readonly status: "ready" };

/** What reads: which model, and how it was loaded. */
export interface Reads {
  readonly site: Site;
  readonly model: Model;
  readonly loaded: Ready;
}

/** A card that shows a film. */
export interface ForCard {
  /** Pixels of the longer side of its picture. */
  readonly side: number;
  /** Called before the film is read, where it is none that browsers show. */
  readonly take: (shown: Shown) => void;
}

/** A call of the worker with a film. */
export interface FilmCall<Name extends "read" | "heatMap"> {
  readonly name: Name;
  readonly inputOf: (sendable: Picture) => ReadingCalls[Name]["input"];
  readonly signal: AbortSignal | undefined;
  readonly card?: ForCard | null;
  readonly onReport: (share: number) => void;
}

export async function attempt<Name extends "read" | "heatMap">(
  { site, loaded }: Reads, seat: Seat, picture: Picture, given: Blob | ImageBitmap, { name, inputOf, signal, onReport }: FilmCall<Name>,
): Promise<ReadingCalls[Name]["answer"]> {
  const selfCheck = selfCheckOf(loaded);
  const patience = patienceOf(site.film_patience);
  let pixels = pixelsOf(picture);
  const answer = seat.worker.call<Name>(name, inputOf(picture), {
    signal, transfer: buffersOf(picture),
    patience: () => (pixels === null ? patience.ofFile(sizeOf(given), selfCheck) : patience.ofPicture(pixels, selfCheck)),
    onReport: (come: Come) => {
      pixels = come.pixels ?? pixels;
      if (come.share === undefined) return;
      seat.isInNetwork = true;
      onReport(come.share);
    },
  } as never);
  return answer.finally(() => (seat.isInNetwork = false));
}

/** Bytes of a file that is read as a whole here: its beginning alone, and then the rest in the worker, would take three trips to the browser's own process. */
const READ_HERE = 1 << 20;

/** What cannot be read here cannot be read by the worker either, which reports it. */
export async function sendable(
  given: Blob | ImageBitmap, { site, model, loaded }: Reads, formats: FormatsWorker, { signal, card = null }: Pick<FilmCall<"read">, "signal" | "card">,
): Promise<Picture> {
  if (!(given instanceof Blob)) return given;
  const patience = patienceOf(site.film_patience);
  const inTime = <T>(promise: Promise<T>): Promise<T> =>
    within(patience.ofFile(given.size, 0), promise, lateFile);
  const bytesOf = (): Promise<Uint8Array<ArrayBuffer> | null> => inTime(given.arrayBuffer().then((bytes) => new Uint8Array(bytes), () => null));
  const bytes = given.size <= READ_HERE ? await bytesOf() : null;
  if (await inTime(isForFormats(given, bytes))) {
    const opened = await formats.open(given, model.in_colour, signal, model.populations.map(({ name, ages }) => ({ name, ages })), card?.side);
    if ("film" in opened && opened.film.shown) card?.take(opened.film.shown);
    return opened;
  }
  return bytes ?? (loaded.readsBlobs ? null : await bytesOf()) ?? given;
}

function buffersOf(picture: Picture): Transferable[] {
  if (picture instanceof Uint8Array) return [picture.buffer];
  return "film" in picture ? buffersOfFilm(picture.film) : [];
}

/** Null where that is not known yet. */
function pixelsOf(picture: Picture): number | null {
  if (picture instanceof ImageBitmap) return picture.width * picture.height;
  if (picture instanceof Blob || picture instanceof Uint8Array) return null;
  return "film" in picture ? picture.film.width * picture.film.height : 0;
}

function sizeOf(given: Blob | ImageBitmap): number {
  return given instanceof Blob ? given.size : 0;
}

/** Milliseconds that one film took the network. */
export function selfCheckOf({ backend, trials }: Ready): number {
  return trials.find((trial) => trial.backend === backend)?.milliseconds ?? 0;
}
