import { sha256Hex } from "./sha256-hex.js";
import { syncCrypto } from "./sync-crypto.js";

/**
 * SHA-256 of a file, in lowercase hexadecimal. Streams it, except on a runtime with WebCrypto only, where the file is in
 * memory anyway.
 */
export async function sha256OfBlob(file: Blob, sync = syncCrypto()): Promise<string> {
  if (sync === null) return sha256Hex(new Uint8Array(await file.arrayBuffer()), sync);
  const hash = sync.startSha256();
  const reader = file.stream().getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) hash.update(read.value);
  return hash.digest();
}
