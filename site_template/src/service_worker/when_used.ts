// Files that are kept when they are used for the first time: other models, pages in other languages.

import type { WorkboxPlugin } from "workbox-core/types.js";
import { CacheFirst } from "workbox-strategies";

declare const self: ServiceWorkerGlobalScope;

const CACHE = `plainfilm-when-used-${self.registration.scope}`;
const FILES_BY_ADDRESS = new Map(FILES.later.map((file) => [new URL(file.url, self.location.href).href, file]));

function fileAt(address: string): SiteFile | undefined {
  const { origin, pathname } = new URL(address);
  return FILES_BY_ADDRESS.get(origin + pathname.replace(/\/$/, "/index.html"));
}

/** A version's file under a key of its own: another version's is not taken for it. */
const keyOf = ({ url, integrity }: SiteFile): string => new URL(`${url}?${encodeURIComponent(integrity)}`, self.location.href).href;

const asBuilt: WorkboxPlugin = {
  cacheKeyWillBeUsed: async ({ request }) => keyOf(fileAt(request.url)!),
  /** Only what is byte for byte what was built is kept. */
  cacheWillUpdate: async ({ request, response }) => {
    if (response.status !== 200) return null;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer()));
    return `sha256-${btoa(String.fromCharCode(...hash))}` === fileAt(request.url)!.integrity ? response : null;
  },
};

export const isKeptWhenUsed = (url: URL): boolean => fileAt(url.href) !== undefined;
export const whenUsed = new CacheFirst({ cacheName: CACHE, plugins: [asBuilt] });

/** Keeps the open pages and the models that they chose (`?model=NAME`): they came before this worker was there to see it. */
export async function keepWhatIsOpen(event: ExtendableEvent): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const { url } of pages) {
    const model = `models/${new URL(url).searchParams.get("model")}-`;
    const files = FILES.later.filter((file) => file === fileAt(url) || file.url.startsWith(model));
    for (const file of files) await whenUsed.handle({ event, request: new Request(file.url) }).catch(() => {});
  }
}

/** Removes what another version kept and this one does not have. */
export async function removeOtherVersions(): Promise<void> {
  const cache = await caches.open(CACHE);
  const own = new Set(FILES.later.map(keyOf));
  for (const { url } of await cache.keys()) if (!own.has(url)) await cache.delete(url);
}
