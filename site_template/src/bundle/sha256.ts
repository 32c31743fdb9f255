// The SHA-256 of bytes, as lower-case hexadecimal digits.

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** By the browser, or by a script where the page came over plain http: browsers compute none for such pages. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const own = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  return bytesToHex(own === undefined ? sha256(bytes) : new Uint8Array(await own.digest("SHA-256", bytes)));
}
