// What the site consists of; written in front of the service worker's script by build/build_site/offline.py.

interface SiteFile {
  /** Relative to the service worker. */
  readonly url: string;
  /** Tells versions of a file apart; null where its name does. */
  readonly revision: string | null;
  /** `sha256-` and the hash in base64. */
  readonly integrity: string;
}

declare const FILES: {
  /** Kept from the first visit on. */
  readonly first: readonly SiteFile[];
  /** Kept when they are used for the first time. */
  readonly later: readonly SiteFile[];
};
