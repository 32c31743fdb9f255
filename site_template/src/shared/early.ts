// What the script in the page's head has begun before the page's own script is here.

export interface Early {
  /** Settles when all was asked for. */
  readonly asked: Promise<void>;
  /** By address; null where it did not come whole. */
  readonly files: ReadonlyMap<string, Promise<Uint8Array<ArrayBuffer> | null>>;
  /** Of all of them, uncompressed; and how many have come. */
  readonly bytes: number;
  arrived: number;
  /** Left out where the head's script cannot check the worker's, and when it was taken over. */
  worker?: EarlyWorker;
  /** Called with every piece of them. */
  onPiece: () => void;
  readonly abort: () => void;
}

/** The reading worker. */
export interface EarlyWorker {
  /** Its script; null where what came is not what was built. */
  readonly script: Promise<Uint8Array<ArrayBuffer> | null>;
  /** Called with every piece of it. */
  onPiece: () => void;
  /** It has said that it is there; null where it could not be started. */
  readonly begun: Promise<Worker | null>;
}

declare global {
  interface Window {
    plainfilmEarly?: Early;
  }
}
