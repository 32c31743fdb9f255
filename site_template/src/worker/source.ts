// The bytes of the bundle and of the engine's binaries: over HTTP, or from base64 out of standalone.html.

import type { ReadFile } from "../bundle/bundle.ts";
import { bytesOfBase64 } from "../shared/bytes.ts";
import type { Source } from "../shared/protocol.ts";

export interface Files {
  readonly bundle: ReadFile;
  readonly wasm: ReadFile;
}

/** `embedded` holds base64 by path: `bundle/…` and `wasm/…`. Each is decoded once and forgotten. */
export function filesOf(source: Source, embedded: Map<string, string>): Files {
  if (source.kind === "http") {
    return {
      bundle: (path, progress, afresh) => fetched(source.bundle + path, progress, afresh),
      wasm: (name, progress) => fetched(source.wasm[name] ?? name, progress),
    };
  }
  const from = (folder: string): ReadFile => async (path, progress) => {
    const base64 = embedded.get(`${folder}/${path}`);
    if (base64 === undefined) throw new Error(`this page does not hold ${path}`);
    const bytes = bytesOfBase64(base64);
    progress?.(bytes.length);
    return bytes;
  };
  return { bundle: from("bundle"), wasm: from("wasm") };
}

/** XMLHttpRequest, because it reports its progress; `fetch` would have to be read chunk by chunk for that. */
function fetched(url: string, progress?: (bytes: number) => void, afresh = false): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let arrived = 0;
    request.open("GET", url);
    if (afresh) request.setRequestHeader("Cache-Control", "no-cache");
    request.responseType = "arraybuffer";
    request.onprogress = ({ loaded }) => {
      progress?.(loaded - arrived);
      arrived = loaded;
    };
    request.onload = () => {
      if (request.status === 200) resolve(new Uint8Array(request.response as ArrayBuffer));
      else reject(new Error(`${url} answered ${request.status}`));
    };
    request.onerror = () => reject(new Error(`${url} cannot be reached`));
    request.send();
  });
}
