import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { CreditsResponse, LedgerEntry } from "@safelight/client/contract";
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { withLive } from "../connection/live-of.js";
import { type LiveOptions, useLive } from "../connection/use-live.js";
import { creditsQueryOptions } from "../query/query-options.js";
import { withMembers } from "../query/tracked-result.js";

/** Result of `useCredits`: the account, and the infinite query it is read from. */
export type UseCreditsResult = UseInfiniteQueryResult<InfiniteData<CreditsResponse, string | null>, SafelightError> & {
  /** `null` until loaded, and if the host does not bill (then `error.code` is `not_found`). */
  readonly balance: number | null;
  /** Ledger entries of all loaded pages, newest first. */
  readonly entries: readonly LedgerEntry[];
};

/** Whether a component reads the ledger entries. */
interface ObservedEntries {
  isRead: boolean;
  stop: (() => void) | null;
}

export function useCreditsOf(
  client: AnySafelightClient,
  { enabled = true, useRead = useInfiniteQuery }: LiveOptions & { readonly useRead?: typeof useInfiniteQuery } = {},
): UseCreditsResult {
  const live = useLive(client, enabled);
  const [observed] = useState<ObservedEntries>({ isRead: false, stop: null });
  const query = useRead({ ...creditsQueryOptions(client), enabled });
  const pages = query.data?.pages;
  const entries = useMemo(() => pages?.flatMap((page) => page.entries) ?? [], [pages]);
  // Tracks property reads as TanStack Query does: entries are refetched only for components that read them.
  useEffect(() => {
    if (observed.isRead) observed.stop ??= withLive(live, ({ observeEntries }) => observeEntries());
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it unsubscribes from the connection that it subscribed to
  useEffect(
    () => () => {
      observed.stop?.();
      observed.stop = null;
    },
    [live, observed],
  );
  return withMembers(query, {
    balance: pages?.[0]?.balance ?? null,
    get entries() {
      observed.isRead = true;
      return entries;
    },
    get data() {
      observed.isRead = true;
      return query.data;
    },
  });
}
