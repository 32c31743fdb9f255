// A file by its address, whole and unchanged or not at all.

import { joined } from "./bytes.ts";
import { nameOf, StartError } from "./start_error.ts";

export interface Wanted {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes of every piece that arrives. */
  readonly progress?: ((bytes: number) => void) | undefined;
  /** Past every cache at once, and out of them only then: a request before this one may still be waited for there. */
  readonly afresh?: boolean | undefined;
}

/**
 * A file whose SHA-256 is known. What is not it is asked for once more, past every cache: a damaged copy may lie in one for a
 * year. Throws a StartError.
 */
export async function fetchPinned(address: string, sha256: string, wanted: Wanted = {}): Promise<Uint8Array<ArrayBuffer>> {
  const once = async (afresh: boolean): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await unchanged(await fetchFile(address, wanted, afresh), address, sha256);
    if (bytes !== null) return bytes;
    throw new StartError("changed", `${nameOf(address)} was changed: its SHA-256 is wrong`, nameOf(address));
  };
  return twice((second) => once(second !== (wanted.afresh ?? false)), wanted.signal);
}

/** Null where the bytes are others. */
async function unchanged(bytes: Uint8Array<ArrayBuffer>, address: string, sha256: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const expected = Uint8Array.from(sha256.match(/../g) ?? [], (digits) => parseInt(digits, 16));
  const own = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (own !== undefined) {
    const found = new Uint8Array(await own.digest("SHA-256", bytes));
    return found.every((byte, index) => byte === expected[index]) ? bytes : null;
  }
  // Pages that came over plain http may not compute hashes, but may have one checked: of what has just arrived, from the cache.
  const integrity = `sha256-${btoa(String.fromCharCode(...expected))}`;
  const answer = await fetch(address, { integrity, cache: "force-cache" }).catch(() => null);
  return answer && new Uint8Array(await answer.arrayBuffer());
}

/** What fails the first time is tried once more. */
export async function twice<T>(attempt: (second: boolean) => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await attempt(false);
  } catch (error) {
    if (signal?.aborted) throw error;
    return attempt(true);
  }
}

/** `afresh` passes by what caches hold, and replaces it. Throws a StartError. */
export async function fetchFile(address: string, { signal, progress }: Wanted = {}, afresh = false): Promise<Uint8Array<ArrayBuffer>> {
  const broken = (what: string) => (error: unknown): never => {
    throw signal?.aborted ? error : new StartError("unreachable", `${address} ${what}`, nameOf(address));
  };
  const answer = await fetch(address, { cache: afresh ? "reload" : "default", ...(signal && { signal }) }).catch(broken("cannot be reached"));
  if (answer.status !== 200) throw new StartError("missing", `${address} answered ${answer.status}`, `${nameOf(address)}: ${answer.status}`);
  const pieces: Uint8Array[] = [];
  const body = answer.body?.getReader();
  for (;;) {
    const piece = await body?.read().catch(broken("broke off"));
    if (piece === undefined || piece.done) return joined(pieces);
    progress?.(piece.value.length);
    pieces.push(piece.value);
  }
}
