import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { CreditsResponse, LedgerEntry } from "@safelight/client/contract";
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { creditsQueryOptions } from "./query-options.js";
import { withMembers } from "./tracked-result.js";
import { type LiveOptions, useLive } from "./use-live.js";

/** What `useCredits` returns: the account, and the infinite query that it is read from. */
export type UseCreditsResult = UseInfiniteQueryResult<InfiniteData<CreditsResponse, string | null>, SafelightError> & {
  /** `null` until it is known, and where the host does not bill (`error.code` is `not_found` then). */
  readonly balance: number | null;
  /** Movements of all loaded pages, newest first. */
  readonly entries: readonly LedgerEntry[];
};

export function useCreditsOf(
  client: AnySafelightClient,
  { enabled = true }: LiveOptions = {},
  useRead = useInfiniteQuery,
): UseCreditsResult {
  useLive(client, enabled);
  const query = useRead({ ...creditsQueryOptions(client), enabled });
  const pages = query.data?.pages;
  const entries = useMemo(() => pages?.flatMap((page) => page.entries) ?? [], [pages]);
  return withMembers(query, { balance: pages?.[0]?.balance ?? null, entries });
}
