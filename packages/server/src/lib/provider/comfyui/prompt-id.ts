import { sha256Hex } from "../../bytes/sha256-hex.js";

/**
 * Job id at ComfyUI, derived from the attempt's token, so that the job can be found after a lost response. A UUID in the
 * only spelling that ComfyUI accepts. The token cannot be derived from it.
 */
export async function promptIdOf(token: string): Promise<string> {
  const hash = await hashOf(`id ${token}`);
  // Version 8 ("custom") and the variant of RFC 9562.
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, variant + hash.slice(17, 20)];
  return [...parts, hash.slice(20, 32)].join("-");
}

/** Seed of an attempt, from 0 to 2^48 − 1. The same token gives the same seed. */
export async function seedOf(token: string): Promise<number> {
  return Number.parseInt((await hashOf(`seed ${token}`)).slice(0, 12), 16);
}

function hashOf(text: string): Promise<string> {
  return sha256Hex(new TextEncoder().encode(text));
}
