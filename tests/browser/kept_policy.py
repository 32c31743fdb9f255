"""What a service worker keeps of a host whose policy was too strict when the site was visited first."""

from __future__ import annotations

import json

KEEP = """async (policies) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const policy = Object.entries(policies).find(([part]) => request.url.includes(part))?.[1];
      if (policy === undefined) continue;
      const kept = await cache.match(request);
      const headers = new Headers(kept.headers);
      headers.set("Content-Security-Policy", policy);
      await cache.put(request, new Response(await kept.blob(), { headers }));
    }
  }
}"""


def keep(policies: dict[str, str]) -> str:
    """A script that gives what is kept a policy, by a part of its address, as if it had come with it; it is a promise."""
    return f"({KEEP})({json.dumps(policies)})"


# No worker starts; or one that may fetch nothing, by its address.
NO_WORKER = keep({"index.html": "worker-src 'none'"})
NOTHING_FETCHED = keep({"index.html": "worker-src 'self'", "assets/worker-": "connect-src 'none'"})
