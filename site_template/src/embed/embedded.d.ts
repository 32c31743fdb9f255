// What build_site puts in front of this script (build/build_site/embedding.py).

interface Embedded {
  /** The site's folder, relative to this script. */
  readonly root: string;
  /** For each language, what the script knows of its site: its address relative to the site's folder, and its hash. The first is the default. */
  readonly sites: Readonly<Record<string, { readonly address: string; readonly sha256: string }>>;
  readonly style: string;
}

declare const EMBEDDED: Embedded;
