// The second worker: opens what browsers cannot show exactly. The page starts it when the first such file arrives.

import { ReadingError } from "../shared/reading.ts";
import type { FromFormats, Opened, ToFormats } from "../shared/formats.ts";
import { openFilm } from "./open.ts";

const page = globalThis as unknown as Pick<MessagePort, "postMessage" | "onmessage">;
const say = (message: FromFormats, transfer: Transferable[] = []): void => page.postMessage(message, transfer);

page.onmessage = ({ data }: MessageEvent<ToFormats>): void => {
  if (data.type === "open") void open(data);
};

async function open({ id, bytes }: ToFormats & { type: "open" }): Promise<void> {
  const opened = await openFilm(bytes).then(
    (film): Opened => ({ film }),
    (error: unknown): Opened => ({ reason: error instanceof ReadingError ? error.reason : "unreadable" }),
  );
  say({ type: "opened", id, opened }, "film" in opened ? [opened.film.levels.buffer] : []);
}
