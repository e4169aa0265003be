import { toHex } from "../../bytes/hex.js";

/**
 * The id that a job has at ComfyUI, made of the attempt's token: after a lost reply it can be asked for. A UUID in the one
 * spelling that the server takes; the token cannot be found from it.
 */
export async function promptIdOf(token: string): Promise<string> {
  const bytes = await digest(`id ${token}`);
  // Version 8, "custom", and the variant of RFC 9562.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes.subarray(0, 16)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A seed for the attempt, from 0 to 2^48 − 1: the same one if it is asked for again. */
export async function seedOf(token: string): Promise<number> {
  const bytes = await digest(`seed ${token}`);
  return bytes.subarray(0, 6).reduce((seed, byte) => seed * 256 + byte, 0);
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
