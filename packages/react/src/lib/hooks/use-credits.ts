import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { CreditsResponse, LedgerEntry } from "@safelight/client/contract";
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { type LiveOptions, useLive } from "../connection/use-live.js";
import { creditsQueryOptions } from "../query/query-options.js";
import { withMembers } from "../query/tracked-result.js";

/** What `useCredits` returns: the account, and the infinite query that it is read from. */
export type UseCreditsResult = UseInfiniteQueryResult<InfiniteData<CreditsResponse, string | null>, SafelightError> & {
  /** `null` until it is known, and where the host does not bill (`error.code` is `not_found` then). */
  readonly balance: number | null;
  /** Movements of all loaded pages, newest first. */
  readonly entries: readonly LedgerEntry[];
};

/** Whether a component shows the movements. */
interface Shown {
  entries: boolean;
  stop: (() => void) | null;
}

export function useCreditsOf(
  client: AnySafelightClient,
  { enabled = true }: LiveOptions = {},
  useRead = useInfiniteQuery,
): UseCreditsResult {
  const { credits } = useLive(client, enabled);
  const [shown] = useState<Shown>({ entries: false, stop: null });
  const query = useRead({ ...creditsQueryOptions(client), enabled });
  const pages = query.data?.pages;
  const entries = useMemo(() => pages?.flatMap((page) => page.entries) ?? [], [pages]);
  // As TanStack Query does it: who does not read the movements is not kept waiting for them, nor the server asked.
  useEffect(() => {
    if (shown.entries) shown.stop ??= credits.showEntries();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it stops at the connection where it began
  useEffect(
    () => () => {
      shown.stop?.();
      shown.stop = null;
    },
    [credits, shown],
  );
  return withMembers(query, {
    balance: pages?.[0]?.balance ?? null,
    get entries() {
      shown.entries = true;
      return entries;
    },
    get data() {
      shown.entries = true;
      return query.data;
    },
  });
}
