import { sha256Hex } from "./sha256-hex.js";
import { syncCrypto } from "./sync-crypto.js";

/** Bytes in memory at once. */
const maxSliceBytes = 1_048_576;

/** The used part of the platform. */
interface Platform {
  readonly navigator?: { readonly userAgent?: string };
}

/**
 * SHA-256 of a file, in lowercase hexadecimal. Reads it in parts, except on a runtime with WebCrypto only, where the file is
 * in memory anyway.
 */
export async function sha256OfBlob(file: Blob, sync = syncCrypto()): Promise<string> {
  if (sync === null) return sha256Hex(new Uint8Array(await file.arrayBuffer()), sync);
  const hash = sync.startSha256();
  if (isNode(globalThis)) {
    for await (const chunk of file.stream()) {
      hash.update(chunk);
      release(chunk);
    }
    return hash.digest();
  }
  // Not by `stream`, which a `Blob` of jsdom does not have.
  for (let start = 0; start < file.size; start += maxSliceBytes) {
    hash.update(new Uint8Array(await file.slice(start, start + maxSliceBytes).arrayBuffer()));
  }
  return hash.digest();
}

/** Whether this is Node.js 21 or later, and no runtime that imitates it: a `Blob` of others may share memory with its chunks. */
function isNode({ navigator }: Platform): boolean {
  return navigator?.userAgent?.startsWith("Node.js/") === true;
}

/**
 * Frees the memory of a chunk at once. Its garbage would otherwise grow by some 50 MiB before V8 collects it, because the objects
 * that hold the chunks are small.
 */
function release({ buffer }: Uint8Array): void {
  // Node.js has had this method since version 21.
  (buffer as { transfer?(byteLength: number): ArrayBuffer }).transfer?.(0);
}
