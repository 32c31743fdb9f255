// Asks for what the engine needs while the page itself is still on its way, so that a slow network has it all in one round trip.

import type { Early } from "../shared/early.ts";

/** `script` lists the addresses and the bytes of the default model's files; another one's are asked for by the page. */
export function fetchEarly(script: HTMLOrSVGScriptElement | null): void {
  const listed = script?.dataset["early"];
  if (listed === undefined || new URLSearchParams(location.search).has("model")) return;
  const files = Object.entries(JSON.parse(listed) as Record<string, number>);
  const given = new AbortController();
  const answers = new Map<string, Promise<Response | null>>();
  // Behind the page's own files, which the browser has begun to ask for by then.
  setTimeout(() => {
    if (window.plainfilmEarly !== early) return;
    for (const [address] of files) answers.set(address, fetch(address, { signal: given.signal, priority: "low" }).catch(() => null));
  });
  const early: Early = { answers, bytes: files.reduce((sum, [, bytes]) => sum + bytes, 0), abort: () => given.abort() };
  window.plainfilmEarly = early;
}
