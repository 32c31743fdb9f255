// Asks for what the engine needs right after the first paint, before the page's own script has come that far.

import type { Early } from "../shared/early.ts";

/** For a browser that lets a page wait for its first frame. */
const LATEST_MS = 1000;

/** `script` lists the addresses and the bytes of the default model's files; another one's are asked for by the page. */
export function fetchEarly(script: HTMLOrSVGScriptElement | null): void {
  const listed = script?.dataset["early"];
  if (listed === undefined || new URLSearchParams(location.search).has("model")) return;
  const files = Object.entries(JSON.parse(listed) as Record<string, number>);
  const given = new AbortController();
  const answers = new Map<string, Promise<Response | null>>();
  let isAsked = false;
  const ask = (): void => {
    if (isAsked || window.plainfilmEarly !== early) return;
    isAsked = true;
    for (const [address] of files) answers.set(address, fetch(address, { signal: given.signal, priority: "low" }).catch(() => null));
  };
  const early: Early = { answers, bytes: files.reduce((sum, [, bytes]) => sum + bytes, 0), abort: () => given.abort() };
  window.plainfilmEarly = early;
  // After the first paint, which megabytes on the same line would hold up; a page that is not seen paints nothing.
  requestAnimationFrame(() => setTimeout(ask));
  setTimeout(ask, document.visibilityState === "visible" ? LATEST_MS : 0);
}
