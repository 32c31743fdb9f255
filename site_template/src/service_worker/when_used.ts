// Files that are kept when they are used for the first time: other models, pages in other languages.

import type { WorkboxPlugin } from "workbox-core/types.js";
import { CacheFirst } from "workbox-strategies";
import { asBuilt, fileAt, isAsBuilt } from "./as_built.ts";

declare const self: ServiceWorkerGlobalScope;

const CACHE = `plainfilm-when-used-${self.registration.scope}`;
const LATER = new Set(FILES.later);

/** A version's file under a key of its own: another version's is not taken for it. */
const keyOf = ({ url, integrity }: SiteFile): string => new URL(`${url}?${encodeURIComponent(integrity)}`, self.location.href).href;

const keptAsBuilt: WorkboxPlugin = {
  cacheKeyWillBeUsed: async ({ request }) => keyOf(fileAt(request.url)!),
  /** Only what is byte for byte what was built is kept. */
  cacheWillUpdate: async ({ request, response }) => ((await isAsBuilt(response, fileAt(request.url)!)) ? response : null),
};

export const isKeptWhenUsed = (url: URL): boolean => LATER.has(fileAt(url.href)!);
export const whenUsed = new CacheFirst({ cacheName: CACHE, plugins: [keptAsBuilt, asBuilt] });

/** Keeps the open pages and the models that they chose (`?model=NAME`): they came before this worker was there to see it. */
export async function keepWhatIsOpen(event: ExtendableEvent): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const { url } of pages) {
    const model = `models/${new URL(url).searchParams.get("model")}-`;
    const files = FILES.later.filter((file) => file === fileAt(url) || (file.url.startsWith(model) && !file.url.endsWith(".tflite")));
    for (const file of files) await whenUsed.handle({ event, request: new Request(file.url) }).catch(() => {});
  }
}

/** Removes what another version kept and this one does not have. */
export async function removeOtherVersions(): Promise<void> {
  const cache = await caches.open(CACHE);
  const own = new Set(FILES.later.map(keyOf));
  for (const { url } of await cache.keys()) if (!own.has(url)) await cache.delete(url);
}
