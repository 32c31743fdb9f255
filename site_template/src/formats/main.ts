// The second worker: opens what browsers cannot show exactly. The page starts it when the first such file arrives.

import { ReadingError } from "../shared/reading.ts";
import type { FromFormats, Opened, ToFormats } from "../shared/formats.ts";
import { openFilm } from "./open.ts";
import { unzip } from "./zip.ts";

const page = globalThis as unknown as Pick<MessagePort, "postMessage" | "onmessage">;
const say = (message: FromFormats, transfer: Transferable[] = []): void => page.postMessage(message, transfer);

/** Of the ZIPs that are being unpacked, by their ids. */
const unpacking = new Map<number, AbortController>();

page.onmessage = ({ data }: MessageEvent<ToFormats>): void => {
  if (data.type === "open") void open(data);
  else if (data.type === "unzip") void unpack(data);
  else unpacking.get(data.id)?.abort();
};

async function open({ id, bytes, window }: ToFormats & { type: "open" }): Promise<void> {
  const opened = await openFilm(bytes, window).then(
    (film): Opened => ({ film }),
    (error: unknown): Opened => ({ reason: error instanceof ReadingError ? error.reason : "unreadable" }),
  );
  say({ type: "opened", id, opened }, "film" in opened ? [opened.film.levels.buffer] : []);
}

async function unpack({ id, archive }: ToFormats & { type: "unzip" }): Promise<void> {
  const controller = new AbortController();
  unpacking.set(id, controller);
  const unzipped = await unzip(controller.signal, archive, (name, unpacked) => {
    say({ type: "entry", id, name, unpacked }, typeof unpacked === "string" ? [] : [unpacked.buffer]);
  });
  unpacking.delete(id);
  if (!controller.signal.aborted) say({ type: "unzipped", id, unzipped });
}
