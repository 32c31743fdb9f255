// What is kept is used only if it is byte for byte what was built; what is not is fetched anew and takes its place.

import type { WorkboxPlugin } from "workbox-core/types.js";

declare const self: ServiceWorkerGlobalScope;

const FILES_BY_ADDRESS = new Map([...FILES.first, ...FILES.later].map((file) => [new URL(file.url, self.location.href).href, file]));

/** The file at an address; undefined where it is none of the site's. */
export function fileAt(address: string): SiteFile | undefined {
  const { origin, pathname } = new URL(address);
  return FILES_BY_ADDRESS.get(origin + pathname.replace(/\/$/, "/index.html"));
}

/** Whether an answer is that file; its body is still to be read afterwards. */
export async function isAsBuilt(answer: Response, { integrity }: SiteFile): Promise<boolean> {
  if (answer.status !== 200) return false;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer()));
  return `sha256-${btoa(String.fromCharCode(...hash))}` === integrity;
}

export const asBuilt: WorkboxPlugin = {
  /** A damaged file may lie in the browser's cache as well, so the new one comes past it. A page that asks so has found a damaged one itself. */
  async cachedResponseWillBeUsed({ cacheName, request, cachedResponse, event }) {
    const file = fileAt(request.url);
    if (cachedResponse === undefined || file === undefined) return cachedResponse;
    const isAskedAnew = event instanceof FetchEvent && event.request.cache === "reload";
    if (!isAskedAnew && (await isAsBuilt(cachedResponse, file))) return cachedResponse;
    const answer = await fetch(new URL(file.url, self.location.href), { cache: "reload", integrity: file.integrity }).catch(() => null);
    if (answer?.status !== 200) return isAskedAnew && (await isAsBuilt(cachedResponse, file)) ? cachedResponse : null;
    await (await caches.open(cacheName)).put(request, answer.clone());
    return answer;
  },
};
