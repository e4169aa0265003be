import { freeChunk, isFreeing } from "./free-chunk.js";
import { sha256Hex } from "./sha256-hex.js";
import { syncCrypto } from "./sync-crypto.js";

/** Bytes in memory at once. */
const maxSliceBytes = 1_048_576;

/**
 * SHA-256 of a file, in lowercase hexadecimal. Reads it in parts, except on a runtime with WebCrypto only, where the file is
 * in memory anyway.
 */
export async function sha256OfBlob(file: Blob, sync = syncCrypto()): Promise<string> {
  if (sync === null) return sha256Hex(new Uint8Array(await file.arrayBuffer()), sync);
  const hash = sync.startSha256();
  if (isFreeing()) {
    for await (const chunk of file.stream()) {
      hash.update(chunk);
      freeChunk(chunk);
    }
    return hash.digest();
  }
  // Not by `stream`, which a `Blob` of jsdom does not have.
  for (let start = 0; start < file.size; start += maxSliceBytes) {
    hash.update(new Uint8Array(await file.slice(start, start + maxSliceBytes).arrayBuffer()));
  }
  return hash.digest();
}
