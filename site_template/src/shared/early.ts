// What the script in the page's head has asked for before the page's own script is here.

export interface Early {
  /** Settles when all was asked for. */
  readonly asked: Promise<void>;
  /** By address; null where nothing came. */
  readonly answers: ReadonlyMap<string, Promise<Response | null>>;
  /** Of all of them, uncompressed. */
  readonly bytes: number;
  readonly abort: () => void;
}

declare global {
  interface Window {
    plainfilmEarly?: Early;
  }
}
