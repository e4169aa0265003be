import { toHex } from "../../bytes/hex.js";

/**
 * Job id at ComfyUI, derived from the attempt's token, so that the job can be found after a lost response. A UUID in the
 * only spelling that ComfyUI accepts. The token cannot be derived from it.
 */
export async function promptIdOf(token: string): Promise<string> {
  const bytes = await digest(`id ${token}`);
  // Version 8 ("custom") and the variant of RFC 9562.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes.subarray(0, 16)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Seed of an attempt, from 0 to 2^48 − 1. The same token gives the same seed. */
export async function seedOf(token: string): Promise<number> {
  const bytes = await digest(`seed ${token}`);
  return bytes.subarray(0, 6).reduce((seed, byte) => seed * 256 + byte, 0);
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
