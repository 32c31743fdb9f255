// Starts the worker and hands it its files: by address, or out of standalone.html itself.

import { BACKENDS, type Backend } from "../shared/backend.ts";
import { bytesOfBase64 } from "../shared/bytes.ts";
import type { Source, ToWorker } from "../shared/protocol.ts";
import type { Site } from "../shared/site.ts";

/** `connect` is called with the worker before it is told anything, so that no answer is missed. */
export async function startWorker(site: Site, connect: (worker: Worker) => void): Promise<void> {
  const worker = new Worker(site.worker ?? embeddedScript("worker.js"));
  connect(worker);
  const tell = (message: ToWorker): void => worker.postMessage(message);
  if (site.source.kind === "embedded") {
    for (const block of document.querySelectorAll<HTMLScriptElement>("script[data-path^='bundle/'], script[data-path^='wasm/']")) {
      tell({ type: "embedded", path: block.dataset["path"]!, base64: block.text });
      block.remove();
      await aMoment(); // a shard at a time: the page stays quick
    }
  }
  tell({ type: "load", source: sourceOf(site), backends: wantedBackends() });
}

/** Lets the browser paint and answer between two pieces of work. */
export function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** How the second worker is started, over and over if need be: by address, or out of standalone.html itself. */
export function startFormats(site: Site): () => Worker {
  let script = site.formats;
  return () => new Worker((script ??= embeddedScript("formats.js").href));
}

function embeddedScript(path: string): URL {
  const block = document.querySelector<HTMLScriptElement>(`script[data-path='${path}']`)!;
  const bytes = bytesOfBase64(block.text);
  block.remove();
  return new URL(URL.createObjectURL(new Blob([bytes], { type: "text/javascript" })));
}

/** The worker has an address of its own, so the page's relative ones are made absolute. */
function sourceOf({ source, bundle }: Site): Source {
  if (source.kind === "embedded") return source;
  const resolved = (address: string): string => new URL(address, document.baseURI).href;
  const wasm = Object.fromEntries(Object.entries(source.wasm).map(([name, address]) => [name, resolved(address)]));
  return { kind: "http", bundle: resolved(bundle!), wasm };
}

/** `?backend=wasm` or `?backend=webgl` allows only that one: for tests and bug reports. */
function wantedBackends(): Backend[] {
  const forced = new URLSearchParams(location.search).get("backend");
  const chosen = BACKENDS.filter((backend) => backend === forced);
  return chosen.length > 0 ? chosen : [...BACKENDS];
}
