import { sha256Hex } from "../../bytes/sha256-hex.js";
import { firstIdAt } from "../../generation/generation-id.js";
import type { AdjustCommand } from "../../ports/store/credits-store.js";
import { erasureArguments } from "./erasure-arguments.js";
import { toHostKey } from "./host-key.js";

/** Named arguments of an adjustment. */
export async function adjustArguments(command: AdjustCommand) {
  const { accountId, amount, atMost = false, erasures, initialGrant, key, kind, reason } = command;
  const keyHash = await hashOf(accountId, key);
  const move = { accountId, kind, amount, atMost: Number(atMost), reason, key: toHostKey(key), keyHash, initialGrant };
  return { ...move, ...erasureArguments(erasures) };
}

/** Hash of an account and a key of the host, which does not reveal them. */
function hashOf(accountId: string, key: string): Promise<string> {
  return sha256Hex(new TextEncoder().encode(JSON.stringify([accountId, key])));
}

/** Named arguments of a read of costs: ids of generations begin with their time, so a span of time is a range of ids. */
export function costsArguments({ from, to }: { readonly from: number; readonly to: number }) {
  return { from: firstIdAt(from), to: firstIdAt(to) };
}
