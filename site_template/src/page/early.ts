// Hands the reading worker what was asked for before the page's script was here. What did not come the worker asks for itself.

import type { Early } from "../shared/early.ts";
import { joined } from "../shared/bytes.ts";
import type { Loading, PageCalls, ReadingCalls } from "../shared/protocol.ts";
import type { Model, Site } from "../shared/site.ts";
import type { WatchedWorker } from "./watched_worker.ts";

export interface Receiver {
  readonly worker: WatchedWorker<ReadingCalls, PageCalls>;
  /** Aborts when the start is given up. */
  readonly signal: AbortSignal;
  readonly onReport: (loading: Loading) => void;
  /** Called when the engine's own file is there, long before the weights are. */
  readonly onEngine: () => void;
}

/** To be called with the first start of a page; does nothing with any other. */
export async function handEarly(site: Site, model: Model, { worker, signal, onReport, onEngine }: Receiver): Promise<void> {
  const early = taken();
  if (early === null || signal.aborted) return;
  signal.addEventListener("abort", early.abort, { once: true });
  await early.asked; // the worker would ask for the same, and hold up what is first seen
  let arrived = 0;
  const progress = (bytes: number): void => onReport({ status: "loading", share: Math.min(1, (arrived += bytes) / early.bytes) });
  const give = async (path: string, answer: Promise<Response | null>): Promise<void> => {
    const content = await bytesOf(await answer, progress);
    if (content === null || isOver || signal.aborted) return;
    await worker.call("keep", { path, content }, { transfer: [content.buffer] });
    if (path.startsWith("wasm/")) onEngine();
  };
  let isOver = false;
  const given = [...early.answers].flatMap(([address, answer]) => {
    const path = pathOf(address, site, model);
    return path === null ? [] : [{ path, done: give(path, answer) }];
  });
  // The engine's file comes long before the weights; one that does not must not keep another backend from them.
  await Promise.all(given.flatMap(({ path, done }) => (path.startsWith("bundle/") ? [done] : [])));
  isOver = true;
  early.abort();
  signal.removeEventListener("abort", early.abort);
}

function taken(): Early | null {
  const early = window.plainfilmEarly ?? null;
  delete window.plainfilmEarly;
  return early;
}

/** As the worker knows it; null where the page does not need it now. */
function pathOf(address: string, { source }: Site, { bundle }: Model): string | null {
  if (bundle !== null && address.startsWith(bundle)) return `bundle/${address.slice(bundle.length)}`;
  const binary = source.kind === "http" ? Object.entries(source.wasm).find(([, place]) => place === address) : undefined;
  return binary === undefined ? null : `wasm/${binary[0]}`;
}

/** Null where the file did not come whole. */
async function bytesOf(answer: Response | null, progress: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer> | null> {
  if (answer?.status !== 200 || answer.body === null) return null;
  const pieces: Uint8Array[] = [];
  const reader = answer.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joined(pieces);
      progress(value.length);
      pieces.push(value);
    }
  } catch {
    return null;
  }
}
