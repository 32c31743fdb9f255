// Hands the reading worker what was asked for before the page's script was here. What did not come the worker asks for itself.

import type { EarlyWorker } from "../shared/early.ts";
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

/** The reading worker as the page's head has begun it, once. */
export function earlyWorker(signal: AbortSignal | undefined, onPiece: () => void): EarlyWorker | undefined {
  const early = window.plainfilmEarly;
  const worker = early?.worker;
  if (!early || !worker) return undefined;
  delete early.worker;
  worker.onPiece = onPiece;
  signal?.addEventListener("abort", early.abort, { once: true });
  return worker;
}

/** To be called with the first start of a page; does nothing with any other. */
export async function handEarly(site: Site, model: Model, { worker, signal, onReport, onEngine }: Receiver): Promise<void> {
  const early = window.plainfilmEarly;
  delete window.plainfilmEarly;
  if (!early || early.bytes === 0 || signal.aborted) return;
  signal.addEventListener("abort", early.abort, { once: true });
  await early.asked; // the worker would ask for the same, and hold up what is first seen
  const onPiece = (): void => onReport({ status: "loading", share: Math.min(1, early.arrived / early.bytes) });
  early.onPiece = onPiece;
  onPiece(); // of what came before: what is waited for from now on is the network
  const give = async (path: string, file: Promise<Uint8Array<ArrayBuffer> | null>): Promise<void> => {
    const content = await file;
    if (content === null || isOver || signal.aborted) return;
    await worker.call("keep", { path, content }, { transfer: [content.buffer] });
    if (path.startsWith("wasm/")) onEngine();
  };
  let isOver = false;
  const given = [...early.files].flatMap(([address, file]) => {
    const path = pathOf(address, site, model);
    return path === null ? [] : [{ path, done: give(path, file) }];
  });
  // The engine's file comes long before the weights; one that does not must not keep another backend from them.
  await Promise.all(given.flatMap(({ path, done }) => (path.startsWith("bundle/") ? [done] : [])));
  isOver = true;
  early.abort();
  signal.removeEventListener("abort", early.abort);
}

/** As the worker knows it; null where the page does not need it now. */
function pathOf(address: string, { source }: Site, { bundle }: Model): string | null {
  if (bundle !== null && address.startsWith(bundle)) return `bundle/${address.slice(bundle.length)}`;
  const binary = source.kind === "http" ? Object.entries(source.wasm).find(([, place]) => place === address) : undefined;
  return binary === undefined ? null : `wasm/${binary[0]}`;
}
