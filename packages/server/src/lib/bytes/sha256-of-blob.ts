import { sha256Hex } from "./sha256-hex.js";
import { syncCrypto } from "./sync-crypto.js";

/** Bytes in memory at once. */
const maxSliceBytes = 1_048_576;

/**
 * SHA-256 of a file, in lowercase hexadecimal. Reads it in slices, except on a runtime with WebCrypto only, where the file is
 * in memory anyway. Not by `stream`, which a `Blob` of jsdom does not have.
 */
export async function sha256OfBlob(file: Blob, sync = syncCrypto()): Promise<string> {
  if (sync === null) return sha256Hex(new Uint8Array(await file.arrayBuffer()), sync);
  const hash = sync.startSha256();
  for (let start = 0; start < file.size; start += maxSliceBytes) {
    hash.update(new Uint8Array(await file.slice(start, start + maxSliceBytes).arrayBuffer()));
  }
  return hash.digest();
}
