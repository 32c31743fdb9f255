// Asks for what the engine needs once something is seen, before the page's own script has come that far.

import type { Early } from "../shared/early.ts";

/** For a browser that does not say when something is seen. */
const LATEST_MS = 1000;

/** `script` lists the addresses and the bytes of the default model's files; another one's are asked for by the page. */
export function fetchEarly(script: HTMLOrSVGScriptElement | null): void {
  const listed = script?.dataset["early"];
  if (listed === undefined || new URLSearchParams(location.search).has("model")) return;
  const files = Object.entries(JSON.parse(listed) as Record<string, number>);
  const given = new AbortController();
  const answers = new Map<string, Promise<Response | null>>();
  let onAsked = (): void => {};
  const asked = new Promise<void>((resolve) => (onAsked = resolve));
  const ask = (): void => {
    onAsked();
    if (answers.size > 0 || given.signal.aborted) return;
    for (const [address] of files) answers.set(address, fetch(address, { signal: given.signal, priority: "low" }).catch(() => null));
  };
  window.plainfilmEarly = { asked, answers, bytes: files.reduce((sum, [, bytes]) => sum + bytes, 0), abort: () => given.abort() } satisfies Early;
  // Once something is seen, which megabytes on the same line would hold up; a frame is drawn some time before it is. A page that is not seen paints nothing.
  if (PerformanceObserver.supportedEntryTypes.includes("paint")) new PerformanceObserver(ask).observe({ type: "paint", buffered: true });
  else requestAnimationFrame(() => setTimeout(ask));
  setTimeout(ask, document.visibilityState === "visible" ? LATEST_MS : 0);
}
