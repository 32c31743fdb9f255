// Begins the reading worker, and asks for what the engine needs, before the page's own script has come that far.

import { begunBy } from "../shared/begin_worker.ts";
import { joined } from "../shared/bytes.ts";
import type { Early, EarlyWorker } from "../shared/early.ts";

/** For a browser that does not say when something is seen. */
const LATEST_MS = 1000;

type Bytes = Uint8Array<ArrayBuffer>;

/** `files` are those of the engine and of the default model, with their bytes. */
interface Listed {
  readonly files: Readonly<Record<string, number>>;
  readonly worker: { readonly address: string; readonly sha256: string };
}

/** `script` lists what there is; another model's files are asked for by the page. */
export function fetchEarly(script: HTMLOrSVGScriptElement | null): void {
  const listed = script?.dataset["early"];
  if (listed === undefined) return;
  const { files, worker } = JSON.parse(listed) as Listed;
  const wanted = Object.entries(new URLSearchParams(location.search).has("model") ? {} : files);
  const given = new AbortController();
  const answers = new Map<string, Promise<Bytes | null>>();
  let onAsked = (): void => {};
  const asked = new Promise<void>((resolve) => (onAsked = resolve));
  const ask = (): void => {
    onAsked();
    if (answers.size > 0 || given.signal.aborted) return;
    for (const [address] of wanted) answers.set(address, whole(address, given.signal, onPiece));
  };
  const onPiece = (bytes: number): void => {
    early.arrived += bytes;
    early.onPiece();
  };
  const early: Early = {
    asked, files: answers, bytes: wanted.reduce((sum, [, bytes]) => sum + bytes, 0), arrived: 0, onPiece: () => {}, abort: () => given.abort(),
  };
  window.plainfilmEarly = early;
  // Pages that came over plain http can check no script here.
  if (globalThis.crypto?.subtle as SubtleCrypto | undefined) early.worker = begin(worker, given.signal);
  // Once something is seen, which megabytes on the same line would hold up; or as soon as all that it takes has come, and the worker's script.
  void early.worker?.script.then((bytes) => bytes !== null && document.styleSheets.length > 0 && ask());
  // A frame is drawn some time before it is seen. A page that is not seen paints nothing.
  if (PerformanceObserver.supportedEntryTypes.includes("paint")) new PerformanceObserver(ask).observe({ type: "paint", buffered: true });
  else requestAnimationFrame(() => setTimeout(ask));
  setTimeout(ask, document.visibilityState === "visible" ? LATEST_MS : 0);
}

/** It compiles its script on a thread of its own, while the page compiles another and is laid out. */
function begin({ address, sha256 }: Listed["worker"], signal: AbortSignal): EarlyWorker {
  const script = whole(address, signal, () => worker.onPiece()).then(async (bytes) => (bytes !== null && (await digits(bytes)) === sha256 ? bytes : null));
  const worker: EarlyWorker = { script, onPiece: () => {}, begun: script.then((bytes) => bytes && begunBy(bytes, signal)).catch(() => null) };
  return worker;
}

async function digits(bytes: Bytes): Promise<string> {
  return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Null where it does not come whole. */
async function whole(address: string, signal: AbortSignal, onPiece: (bytes: number) => void): Promise<Bytes | null> {
  try {
    const { status, body } = await fetch(address, { signal, priority: "low" });
    if (status !== 200 || body === null) return null;
    const pieces: Uint8Array[] = [];
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joined(pieces);
      onPiece(value.length);
      pieces.push(value);
    }
  } catch {
    return null;
  }
}
