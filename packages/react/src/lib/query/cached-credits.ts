import type { CreditsResponse } from "@safelight/client/contract";
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import type { CachedQueries } from "./cached-queries.js";
import { responsesOf } from "./cached-query.js";

/** The cached credits of an account, as its live connection updates them. */
export interface CachedCredits {
  /** Forgets the streamed balance when a connection starts. */
  reset(): void;
  /** Sets the balance that the stream emitted; `null` once the stream stops emitting it. */
  setBalance(balance: number | null): void;
  /** Marks the credits as changed. */
  invalidate(): void;
  /**
   * Counts components that show ledger entries, until the returned function is called. The balance alone needs no
   * refetch while it is streamed.
   */
  observeEntries(): () => void;
}

/** @param options `queryKey`: key of the credits query, compared by identity. */
export function cachedCredits({
  queryClient,
  queryKey,
  queries,
}: {
  readonly queryClient: QueryClient;
  readonly queryKey: QueryKey;
  readonly queries: CachedQueries;
}): CachedCredits {
  // The last streamed balance; `null` while the balance is not streamed.
  let streamed: number | null = null;
  let observers = 0;
  /** Refetches now if required or if entries are shown; otherwise marks the query stale for the next reader. */
  const refetch = (isRequired: boolean) => {
    if (isRequired || observers > 0) queries.refetchSoon(queryKey);
    else void queryClient.invalidateQueries({ queryKey, exact: true, refetchType: "none" });
  };
  return {
    reset: () => {
      streamed = null;
    },
    setBalance: (balance) => {
      streamed = balance;
      const query = queryClient.getQueryCache().find({ queryKey });
      if (query === undefined) return;
      // The credits query holds only these pages.
      const pages = () => responsesOf(query) as readonly CreditsResponse[];
      const [first, ...rest] = pages();
      if (first === undefined) {
        // The running fetch may predate this balance. If it fails, or has failed, this balance shows that the server is
        // reachable.
        const check = () => (pages()[0]?.balance ?? null) === streamed || refetch(true);
        Promise.resolve(query.promise).then(check, check);
      } else if (first.balance !== balance) {
        const { data, fetchStatus } = query.state;
        if (balance !== null)
          queries.write(query, { data: { ...(data as object), pages: [{ ...first, balance }, ...rest] } });
        // The running fetch may predate this balance, too.
        refetch(balance === null || fetchStatus !== "idle");
      }
    },
    invalidate: () => refetch(streamed === null),
    observeEntries: () => {
      observers += 1;
      if (queryClient.getQueryState(queryKey)?.isInvalidated) queries.refetchSoon(queryKey);
      return () => {
        observers -= 1;
      };
    },
  };
}
