// The site that this script belongs to, seen from a page of another origin.

import { languageOf } from "../language/choice.ts";
import { StartPatience } from "../page/start_patience.ts";
import { fetchPinned } from "../shared/fetch_file.ts";
import type { Model, Site } from "../shared/site.ts";
import { StartError } from "../shared/start_error.ts";

/** Keys of `[page]` in strings.toml; build/build_site/embedding.py lists them as well. */
type Word =
  | "choose" | "drop_here" | "read_anyway" | "remove" | "card" | "readings" | "engine_title" | "engine_waiting" | "engine_details" | "retry" | "reload";

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
  const { address, sha256 } = embeddedIn(languages);
  const silence = new AbortController();
  const patience = new StartPatience(1, () => silence.abort(new StartError("silent", `${root.href} has stopped answering`)));
  const progress = (): void => patience.expect("network");
  progress();
  const bytes = await fetchPinned(new URL(address, root).href, sha256, { signal: silence.signal, progress }).finally(() => patience.end());
  return absolute(JSON.parse(new TextDecoder().decode(bytes)) as EmbeddedSite, root);
}

function embeddedIn(languages: readonly string[]): Embedded["sites"][string] {
  const tags = Object.keys(EMBEDDED.sites);
  return EMBEDDED.sites[languageOf(languages, tags) ?? tags[0]!]!;
}

/** Why the site cannot be had, in the first of these languages that it has, or in its own. */
export function unavailableIn(languages: readonly string[], error: unknown): { readonly text: string; readonly retry: string; readonly direction: string } {
  const { unavailable } = embeddedIn(languages);
  const { retry, direction } = unavailable;
  if (!(error instanceof StartError)) return { text: String(error), retry, direction }; // for whoever made the page: a model that there is not
  const { problem, file } = error;
  const text = problem === "missing" || problem === "changed" ? unavailable[problem] : unavailable.unreachable;
  return { text: text.replace("{file}", file), retry, direction };
}

function absolute(site: EmbeddedSite, root: URL): EmbeddedSite {
  const at = (address: string): string => new URL(address, root).href;
  const wasm = site.source.kind === "http" ? Object.entries(site.source.wasm).map(([name, address]) => [name, at(address)]) : [];
  const model = (one: Model): Model => ({ ...one, bundle: at(one.bundle!), card: at(one.card) });
  return {
    ...site,
    page: at(site.page),
    worker: at(site.worker!),
    formats: at(site.formats!),
    litert: null, // its script would be one more that those pages have to allow
    source: { kind: "http", wasm: Object.fromEntries(wasm) as Record<string, string> },
    sha256: Object.fromEntries(Object.entries(site.sha256).map(([address, sha256]) => [at(address), sha256])),
    models: site.models.map(model),
  };
}
