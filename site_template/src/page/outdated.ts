// Whether the site was updated since this page was opened: its parts are then gone from the server.

import type { Site } from "../shared/site.ts";

/** Asks for the page anew, past every cache, and looks whether it still names this page's worker. False where it cannot be had. */
export async function isOutdated({ worker }: Site): Promise<boolean> {
  if (worker === null) return false;
  try {
    const answer = await fetch(location.href, { cache: "reload" });
    const type = answer.headers.get("Content-Type") ?? "";
    return answer.ok && type.startsWith("text/html") && !(await answer.text()).includes(JSON.stringify(worker));
  } catch {
    return false;
  }
}
