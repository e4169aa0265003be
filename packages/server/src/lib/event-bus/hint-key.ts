import { toBase64Url } from "../bytes/base64-url.js";
import { fromHex } from "../bytes/hex.js";
import type { SyncCrypto } from "../bytes/sync-crypto.js";

/** Length of a key: 8 bytes as base64url. */
export const keyLength = 11;

/**
 * The first 8 bytes of the id's SHA-256. An id may have 200 characters, of which one message could carry only 40. Two
 * ids with the same key only receive each other's hints.
 */
export function hintKey(id: string, { sha256 }: SyncCrypto): string {
  // The hash has 64 digits.
  return toBase64Url(fromHex(sha256(new TextEncoder().encode(id)).slice(0, 16), 8) ?? new Uint8Array(8));
}
