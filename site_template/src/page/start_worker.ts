// Starts the workers and hands the reading worker its files: by address, or out of standalone.html itself.

import { BACKENDS, type Backend } from "../shared/backend.ts";
import { bytesOfBase64 } from "../shared/bytes.ts";
import type { Loaded, Loading, PageCalls, ReadingCalls, Source } from "../shared/protocol.ts";
import type { Remote } from "../shared/remote.ts";
import type { Model, Site } from "../shared/site.ts";

export function startWorker(site: Site): Worker {
  return new Worker(site.worker ?? embeddedScript("worker.js"));
}

/** Hands the files over, or their addresses, and has the worker load them. */
export async function handOver(
  site: Site, model: Model, worker: Remote<ReadingCalls, PageCalls>, onReport: (loading: Loading) => void,
): Promise<Loaded> {
  if (site.source.kind === "embedded") {
    // One file after another, so that the page stays quick.
    for (const block of document.querySelectorAll<HTMLScriptElement>("script[data-path^='bundle/'], script[data-path^='wasm/']")) {
      await worker.call("keep", { path: block.dataset["path"]!, base64: block.text });
      block.remove();
    }
  }
  return worker.call("load", { source: sourceOf(site, model), backends: wantedBackends() }, { onReport });
}

/** Lets the browser paint and answer between two pieces of work. */
export function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** How the formats worker is started, again and again if need be. */
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
function sourceOf({ source }: Site, { bundle }: Model): Source {
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
