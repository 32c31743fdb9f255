// Starts the workers from scripts that are byte for byte those that the page was built with, and hands the reading worker its files.

import { begun, begunBy } from "../shared/begin_worker.ts";
import { bytesOfBase64 } from "../shared/bytes.ts";
import { BACKENDS, type Backend } from "../shared/backend.ts";
import { fetchPinned } from "../shared/fetch_file.ts";
import type { Backends, Known, KeptFile, Loaded, Loading, PageCalls, ReadingCalls, Source } from "../shared/protocol.ts";
import type { Model, Site } from "../shared/site.ts";
import { StartError } from "../shared/start_error.ts";
import { earlyWorker, handEarly } from "./early.ts";
import { StartPatience } from "./start_patience.ts";
import type { WatchedWorker } from "./watched_worker.ts";

export interface Opening {
  readonly signal?: AbortSignal | undefined;
  /** Called when a piece of the script has arrived, and when all of it is here. */
  readonly progress?: ((stage: "network" | "worker") => void) | undefined;
  /** After a start that came to nothing (shared/fetch_file.ts). */
  readonly afresh?: boolean | undefined;
}

/**
 * A worker whose script has run to its end. Browsers check no worker's script, so the page fetches it, checks its hash and starts
 * what it has in hand. A host's own policy may forbid workers of that kind (`worker-src 'self'`): the script is then started by its
 * address, where the browser's cache has just put what was checked. Throws a StartError.
 */
export async function openWorker(site: Site, name: "worker" | "litert" | "formats" | "measure", { signal, afresh, progress = () => {} }: Opening = {}): Promise<Worker> {
  const address = site[name];
  progress("network");
  const onPiece = (): void => progress("network");
  const early = name === "worker" && !afresh ? earlyWorker(signal, onPiece) : undefined;
  const scripts = scriptsOf(site);
  const script = (afresh ? undefined : scripts.get(name)) ?? (await early?.script) ?? (
    address === null ? embedded(`${name}.js`)
    : await fetchPinned(address, site.sha256[address] ?? "", { signal, afresh: afresh || early !== undefined, progress: onPiece })
  );
  scripts.set(name, script);
  progress("worker");
  const begunEarly = await early?.begun;
  if (begunEarly) return begunEarly;
  return begunBy(script, signal).catch((error: unknown) => {
    if (signal?.aborted || address === null || isForeign(address)) throw error;
    return begun(address, signal);
  });
}

/** Kept, so that no worker that takes another's place, or is added for a batch, asks for anything. */
const kept = new WeakMap<Site, Map<string, Uint8Array<ArrayBuffer>>>();

function scriptsOf(site: Site): Map<string, Uint8Array<ArrayBuffer>> {
  const scripts = kept.get(site) ?? new Map<string, Uint8Array<ArrayBuffer>>();
  kept.set(site, scripts);
  return scripts;
}

/** How the formats worker is started, again and again if need be. */
export function startFormats(site: Site): () => Promise<Worker> {
  return whenWanted(site, "formats");
}

/** The same of the measuring worker. */
export function startMeasure(site: Site): () => Promise<Worker> {
  return whenWanted(site, "measure");
}

function whenWanted(site: Site, name: "formats" | "measure"): () => Promise<Worker> {
  return async () => {
    const giveUp = new AbortController();
    const patience = new StartPatience(site.patience ?? 1, (stage) => giveUp.abort(new StartError(stage === "network" ? "silent" : "no-worker", stage)));
    try {
      return await openWorker(site, name, { signal: giveUp.signal, progress: (stage) => patience.expect(stage) });
    } finally {
      patience.end();
    }
  };
}

export interface Handing extends Backends {
  /** Another engine's worker than the page's own. */
  readonly engine?: "litert";
  /** One parity case is enough; where it is left out, for a worker that has another's files. */
  readonly isBrief?: boolean;
  /** What another worker was loaded from, and has found right; null for the first. */
  readonly files: readonly KeptFile[] | null;
  /** Whether others may be loaded from what this one is. */
  readonly shares: boolean;
  readonly known: Known | null;
}

export interface Following {
  readonly signal: AbortSignal;
  readonly onReport: (loading: Loading) => void;
  /** Called with a backend that the worker gets ready while files are on their way, and with null when that has settled. */
  readonly onPreparing: (backend: Backend | null) => void;
}

/** Hands the files over, or their addresses, and has the worker load them. */
export async function handOver(
  site: Site, model: Model, { files, ...wanted }: Handing, worker: WatchedWorker<ReadingCalls, PageCalls>, { signal, onReport, onPreparing }: Following,
): Promise<Loaded> {
  const rest = { sha256: model.sha256, isBrief: files !== null, ...wanted };
  if (files !== null) {
    for (const file of files) await worker.call("keep", file, { transfer: typeof file.content === "string" ? [] : [file.content.buffer] });
    const source: Source = wanted.engine ? sourceOf(site, model) : { kind: "embedded" };
    return worker.call("load", { source, ...rest }, { onReport });
  }
  let most = 0;
  const report = (loading: Loading): void => {
    onReport(loading.status === "loading" ? { status: "loading", share: (most = Math.max(most, loading.share)) } : loading);
  };
  const source = sourceOf(site, model);
  const [backend] = wanted.backends;
  const onEngine = (): void => {
    if (backend === undefined) return;
    onPreparing(backend);
    worker.call("prepare", { backend, source }).catch(() => {}).finally(() => onPreparing(null));
  };
  await handEarly(site, model, { worker, signal, onReport: report, onEngine });
  if (site.source.kind === "embedded") {
    // One file after another, so that the page stays quick. They stay in the page, for a worker that has to be started again.
    for (const block of document.querySelectorAll<HTMLScriptElement>("script[data-path^='bundle/'], script[data-path^='wasm/']")) {
      await worker.call("keep", { path: block.dataset["path"]!, content: block.text });
      report({ status: "loading", share: 0 });
    }
  }
  return worker.call("load", { source, ...rest }, { onReport: report });
}

/** Lets the browser paint and answer between two pieces of work. */
export function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function embedded(path: string): Uint8Array<ArrayBuffer> {
  return bytesOfBase64(document.querySelector<HTMLScriptElement>(`script[data-path='${path}']`)!.text);
}

/** Browsers start workers from their own origin only; on pages of others the site's scripts are of another one. */
const isForeign = (address: string): boolean => new URL(address, document.baseURI).origin !== location.origin;

/** The worker has an address of its own, so the page's relative ones are made absolute. */
function sourceOf({ source, sha256 }: Site, { bundle }: Model): Source {
  if (source.kind === "embedded") return source;
  const resolved = (address: string): string => new URL(address, document.baseURI).href;
  const wasm = Object.entries(source.wasm).map(([name, address]) => [name, { address: resolved(address), sha256: sha256[address] ?? "" }]);
  return { kind: "http", bundle: resolved(bundle!), wasm: Object.fromEntries(wasm) as (Source & { kind: "http" })["wasm"] };
}

/** `?backend=wasm` or `?backend=webgl` allows only that one: for tests and bug reports. */
export function wantedBackends(): readonly Backend[] {
  const forced = new URLSearchParams(location.search).get("backend");
  const chosen = BACKENDS.filter((backend) => backend === forced);
  return chosen.length > 0 ? chosen : BACKENDS;
}
