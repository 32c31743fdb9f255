// The service worker: keeps the site on the visitor's device, one version at a time, so that it works without a network.

import { clientsClaim } from "workbox-core";
import { addPlugins, cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { asBuilt } from "./as_built.ts";
import { isKeptWhenUsed, keepWhatIsOpen, removeOtherVersions, whenUsed } from "./when_used.ts";

declare const self: ServiceWorkerGlobalScope;

addPlugins([asBuilt]);
// Fetched whole and checked before this version counts as installed. An earlier one goes on with its own files until the
// visitor asks for this one or has closed every page.
precacheAndRoute([...FILES.first], { ignoreURLParametersMatching: [/./] });
registerRoute(({ url }) => isKeptWhenUsed(url), whenUsed);

self.addEventListener("message", ({ data }: ExtendableMessageEvent) => {
  if ((data as { readonly type?: unknown } | null)?.type === "SKIP_WAITING") void self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(removeOtherVersions().then(() => keepWhatIsOpen(event))));
cleanupOutdatedCaches();
clientsClaim();
