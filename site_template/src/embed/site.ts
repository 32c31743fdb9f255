// The site that this script belongs to, seen from a page of another origin.

import { languageOf } from "../language/choice.ts";
import type { Model, Site } from "../shared/site.ts";

/** Keys of `[page]` in strings.toml; build/build_site/embedding.py lists them as well. */
type Word =
  | "choose" | "drop_here" | "read_anyway" | "remove" | "card" | "readings" | "engine_title" | "engine_waiting" | "engine_details";

/** The site in one language, with the few words that the element has besides those of the page's script. */
export interface EmbeddedSite extends Site {
  readonly direction: "ltr" | "rtl";
  /** The address of the page. */
  readonly page: string;
  readonly title: string;
  readonly words: Readonly<Record<Word, string>>;
}

/** In the first of these languages that the site has, or in its own; all addresses are absolute. */
export async function siteIn(languages: readonly string[]): Promise<EmbeddedSite> {
  const root = new URL(EMBEDDED.root, import.meta.url);
  const tags = Object.keys(EMBEDDED.sites);
  const address = new URL(EMBEDDED.sites[languageOf(languages, tags) ?? tags[0]!]!, root);
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address.href} answered ${answer.status}`);
  return absolute((await answer.json()) as EmbeddedSite, root);
}

function absolute(site: EmbeddedSite, root: URL): EmbeddedSite {
  const at = (address: string): string => new URL(address, root).href;
  const wasm = site.source.kind === "http" ? Object.entries(site.source.wasm).map(([name, address]) => [name, at(address)]) : [];
  const model = (one: Model): Model => ({ ...one, bundle: at(one.bundle!), card: at(one.card) });
  return {
    ...site,
    page: at(site.page),
    worker: ofOurs(at(site.worker!)),
    formats: ofOurs(at(site.formats!)),
    source: { kind: "http", wasm: Object.fromEntries(wasm) as Record<string, string> },
    models: site.models.map(model),
  };
}

/** Browsers start workers from their own origin only: this one is of the page that embeds us, and loads our script. */
function ofOurs(script: string): string {
  return URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(script)})`], { type: "text/javascript" }));
}
