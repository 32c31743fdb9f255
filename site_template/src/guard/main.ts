// Runs in the page's head, before the page's own files: one that does not come, or is not what was built, is asked for once more past
// every cache; then the page itself is, in case it is the one that is old; then the page says that it cannot start.
//
// A host's own policy may keep this script from running. The page then says the same a little later, by its stylesheet alone.

import { fetchEarly } from "./early.ts";

const KEY = "plainfilm-loaded-again";
const root = document.documentElement;

addEventListener(
  "error",
  ({ target }) => {
    if (root.dataset["start"] !== undefined || location.protocol === "file:") return; // from a disk it goes on to standalone.html
    if (target instanceof HTMLScriptElement || (target instanceof HTMLLinkElement && target.rel === "stylesheet")) void loadAgain(target);
    else if (target === window) void loadPageAgain(); // the page's script ran into what it did not expect
  },
  true,
);
addEventListener("plainfilm-started", () => forget());
fetchEarly(document.currentScript);

async function loadAgain(element: HTMLScriptElement | HTMLLinkElement): Promise<void> {
  if (element.dataset["again"] !== undefined) return loadPageAgain();
  const address = element instanceof HTMLScriptElement ? element.src : element.href;
  await fetch(address, { cache: "reload" }).then((answer) => answer.arrayBuffer()).catch(() => {});
  if (document.readyState === "loading") await new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));
  // A copy made by cloneNode would not run.
  const again = document.createElement(element.localName);
  for (const { name, value } of element.attributes) again.setAttribute(name, value);
  again.dataset["again"] = "";
  element.replaceWith(again);
}

/** Once a visit, and never with films on it: nothing could be given to it yet. */
async function loadPageAgain(): Promise<void> {
  try {
    if (sessionStorage.getItem(KEY) !== null) throw new Error("it was loaded again before");
    sessionStorage.setItem(KEY, "");
    await fetch(location.href, { cache: "reload" });
    location.reload();
  } catch {
    root.dataset["start"] = "failed";
  }
}

function forget(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // then nothing was kept either
  }
}
