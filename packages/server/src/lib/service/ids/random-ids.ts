import { toHex } from "../../bytes/hex.js";
import type { Ids } from "../service-context.js";
import { timeOrderedUuids } from "./time-ordered-uuid.js";

const newUuid = timeOrderedUuids({ now: Date.now, randomUuid: () => crypto.randomUUID(), random: Math.random });

/** Ids of generations and inputs, in the order of their creation, and unguessable storage prefixes. */
export const randomIds: Ids = {
  newGenerationId: () => `gen_${newUuid()}`,
  newGroupId: () => `grp_${newUuid()}`,
  newInputId: () => `inp_${newUuid()}`,
  // 122 random bits. The platform buffers random bytes for UUIDs, so this is cheap.
  newStoragePrefix: () => crypto.randomUUID().replaceAll("-", ""),
};

/** Random bytes in hexadecimal. */
export function randomHex(byteLength: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(byteLength)));
}
