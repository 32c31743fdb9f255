// What build_site puts in front of this script (build/build_site/embedding.py).

/** What is said where the site's own words cannot be had; `{file}` in two of them. */
interface Unavailable {
  readonly direction: "ltr" | "rtl";
  readonly retry: string;
  readonly unreachable: string;
  readonly missing: string;
  readonly changed: string;
}

interface Embedded {
  /** The site's folder, relative to this script. */
  readonly root: string;
  /** For each language, what the script knows of its site: its address relative to the site's folder, and its hash. The first is the default. */
  readonly sites: Readonly<Record<string, { readonly address: string; readonly sha256: string; readonly unavailable: Unavailable }>>;
  readonly style: string;
}

declare const EMBEDDED: Embedded;
