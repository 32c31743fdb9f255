// What this device keeps comes with the headers that it had at first: whether the host's policy for this page is another one by now.

const POLICY = "Content-Security-Policy";

/** Whether a service worker answers for this site. */
export function isKept(): boolean {
  return (navigator.serviceWorker as ServiceWorkerContainer | undefined)?.controller != null; // missing without https
}

/** Asks the host, past all that is kept; what comes takes the place of what was kept, so that the page has the new policy when it is loaded again. */
export async function isPolicyOutdated(): Promise<boolean> {
  if (!isKept()) return false;
  try {
    const page = location.pathname.replace(/\/$/, "/index.html");
    const kept = await caches.match(page, { ignoreSearch: true });
    const now = await fetch(location.href, { cache: "reload" });
    return kept !== undefined && now.ok && kept.headers.get(POLICY) !== now.headers.get(POLICY);
  } catch {
    return false; // no network
  }
}
