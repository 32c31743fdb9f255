// What build_site puts in front of this script (build/build_site/embedding.py).

interface Embedded {
  /** The site's folder, relative to this script. */
  readonly root: string;
  /** For each language, the address of what the script knows of its site, relative to the site's folder. The first is the default. */
  readonly sites: Readonly<Record<string, string>>;
  readonly style: string;
}

declare const EMBEDDED: Embedded;
