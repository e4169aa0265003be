import { type Generation, isTerminal } from "../contract/generation.js";
import type { InspectedQueryClient } from "./devtools.js";

/** The cached data of one server. */
export interface CachedState {
  readonly cacheKey: string;
  readonly active: readonly Generation[];
  readonly unseen: readonly Generation[];
  /** In credits; `null` if it is not cached, or the host does not bill. */
  readonly balance: number | null;
  /** First 8 characters of the idempotency keys of submissions without a response. */
  readonly pendingKeys: readonly string[];
}

/** Reads the cached data of each server, under the query keys of `@safelight/react`. Empty without a query client. */
export function readCachedState(queryClient: InspectedQueryClient | undefined): readonly CachedState[] {
  const queries = queryClient?.getQueryCache().getAll() ?? [];
  const cacheKeys = new Set(
    queries.flatMap(({ queryKey: [root, key] }) => (root === "safelight" ? [String(key)] : [])),
  );
  return [...cacheKeys].map((cacheKey) => {
    // In the keys of the team's gallery, "team" follows the name.
    const dataOf = (name: string): unknown =>
      queries.find(
        ({ queryKey }) =>
          queryKey[0] === "safelight" && queryKey[1] === cacheKey && queryKey[2] === name && !queryKey[3],
      )?.state.data;
    // The hooks write these shapes under these keys.
    const active = dataOf("active") as
      | { generations?: readonly Generation[]; unseen?: readonly Generation[] }
      | undefined;
    const credits = dataOf("credits") as { pages?: readonly { readonly balance: number }[] } | undefined;
    return {
      cacheKey,
      active: active?.generations?.filter((generation) => !isTerminal(generation)) ?? [],
      unseen: active?.unseen ?? [],
      balance: credits?.pages?.[0]?.balance ?? null,
      pendingKeys: pendingKeysOf(cacheKey),
    };
  });
}

function pendingKeysOf(cacheKey: string): readonly string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(`safelight:${cacheKey}`) ?? "[]");
    const list: readonly { readonly idempotencyKey?: unknown }[] = Array.isArray(stored) ? stored : [];
    return list.map(({ idempotencyKey }) => String(idempotencyKey).slice(0, 8));
  } catch {
    // The browser blocks storage, or another version of the hooks wrote it.
    return [];
  }
}
