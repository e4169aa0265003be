import { toHex } from "./hex.js";
import { type SyncCrypto, syncCrypto } from "./sync-crypto.js";

/** Longer inputs are hashed on another thread, so that they do not block the event loop. */
const maxSyncBytes = 65_536;

/** SHA-256 of bytes, in lowercase hexadecimal. */
export async function sha256Hex(
  bytes: Uint8Array,
  sync: Pick<SyncCrypto, "sha256"> | null = syncCrypto(),
): Promise<string> {
  if (sync !== null && bytes.byteLength <= maxSyncBytes) return sync.sha256(bytes);
  // The platform's type excludes shared memory, which no request, provider or storage hands out.
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return toHex(new Uint8Array(digest));
}
