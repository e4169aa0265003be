import { blobFrom } from "../src/lib/bytes/blob-from.js";
import { sha256Hex } from "../src/lib/bytes/sha256-hex.js";
import type { Storage } from "../src/lib/ports/storage.js";

/** Stores bytes as a PNG image. */
export async function putBytes(storage: Storage, key: string, bytes: Uint8Array): Promise<void> {
  await storage.put(key, blobFrom(bytes), { contentType: "image/png", sha256: await sha256Hex(bytes) });
}
