// The second worker: opens what browsers cannot show exactly. The page starts it when the first such file arrives.

import { ReadingError } from "../shared/reading.ts";
import type { FromFormats, Opened, ToFormats } from "../shared/formats.ts";
import { openFilm } from "./open.ts";
import { unzip } from "./zip.ts";

const page = globalThis as unknown as Pick<MessagePort, "postMessage" | "onmessage">;
const say = (message: FromFormats, transfer: Transferable[] = []): void => page.postMessage(message, transfer);

page.onmessage = ({ data }: MessageEvent<ToFormats>): void => {
  if (data.type === "open") void open(data);
  else void unpack(data);
};

async function open({ id, bytes }: ToFormats & { type: "open" }): Promise<void> {
  const opened = await openFilm(bytes).then(
    (film): Opened => ({ film }),
    (error: unknown): Opened => ({ reason: error instanceof ReadingError ? error.reason : "unreadable" }),
  );
  say({ type: "opened", id, opened }, "film" in opened ? [opened.film.levels.buffer] : []);
}

async function unpack({ id, archive }: ToFormats & { type: "unzip" }): Promise<void> {
  const unzipped = await unzip(archive, (name, unpacked) => {
    say({ type: "entry", id, name, unpacked }, typeof unpacked === "string" ? [] : [unpacked.buffer]);
  });
  say({ type: "unzipped", id, unzipped });
}
