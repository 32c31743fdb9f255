// Whether the site was updated since this page was opened: its parts are then gone from the server.

import type { Site } from "../shared/site.ts";

/** Asks for the page anew, past every cache, and looks whether it still names this page's parts. False where it cannot be had. */
export async function isOutdated({ worker, formats, models }: Site): Promise<boolean> {
  if (worker === null) return false; // it has its parts inside
  const parts = [worker, formats, ...models.map(({ bundle }) => bundle)];
  try {
    const answer = await fetch(location.href, { cache: "reload" });
    const type = answer.headers.get("Content-Type") ?? "";
    if (!answer.ok || !type.startsWith("text/html")) return false;
    const page = await answer.text();
    return page.includes('id="site"') && parts.some((part) => !page.includes(JSON.stringify(part)));
  } catch {
    return false;
  }
}
