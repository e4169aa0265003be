import { v7 } from "uuid";
import type { Ids } from "./service-context.js";

/** Ids from the platform's source of randomness. */
export const randomIds: Ids = {
  newGenerationId: () => `gen_${v7()}`,
  newInputId: () => `inp_${v7()}`,
  // 122 random bits, of which the platform keeps a supply.
  newStoragePrefix: () => crypto.randomUUID().replaceAll("-", ""),
};

/** Random bytes in hexadecimal. */
export function randomHex(byteLength: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(byteLength));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
