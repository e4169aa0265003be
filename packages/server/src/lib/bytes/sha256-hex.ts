import { quickCrypto } from "./sync-crypto.js";

/** What is longer takes some time to hash, and is left to another thread while others are served. */
const mostQuickBytes = 65_536;

/** SHA-256 of bytes, in hexadecimal. */
export async function sha256Hex(bytes: Uint8Array, quick = quickCrypto()): Promise<string> {
  if (quick !== null && bytes.byteLength <= mostQuickBytes) return quick.sha256(bytes);
  // The platform's type excludes shared memory, which no request, provider or storage hands out.
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
