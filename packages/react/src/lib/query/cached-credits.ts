import type { CreditsResponse } from "@safelight/client/contract";
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { partsIn } from "./answers.js";
import type { CachedAnswers } from "./cached-answers.js";

/** The cached credits of an account, as its live connection updates them. */
export interface CachedCredits {
  /** Forgets the streamed balance when a connection starts. */
  begin(): void;
  /** Sets the balance that the stream emitted; `null` once the stream stops emitting it. */
  tell(balance: number | null): void;
  /** Marks the credits as changed. */
  move(): void;
  /**
   * Counts components that show ledger entries, until the returned function is called. The balance alone needs no
   * refetch while it is streamed.
   */
  showEntries(): () => void;
}

/** @param queryKey key of the credits query, compared by identity. */
export function cachedCredits(queryClient: QueryClient, queryKey: QueryKey, answers: CachedAnswers): CachedCredits {
  // The last streamed balance; `null` while the balance is not streamed.
  let streamed: number | null = null;
  let shows = 0;
  /** Refetches now if required or if entries are shown; otherwise marks the query stale for the next reader. */
  const read = (isRequired: boolean) => {
    if (isRequired || shows > 0) answers.readSoon(queryKey);
    else void queryClient.invalidateQueries({ queryKey, exact: true, refetchType: "none" });
  };
  return {
    begin: () => {
      streamed = null;
    },
    tell: (balance) => {
      streamed = balance;
      const query = queryClient.getQueryCache().find({ queryKey });
      if (query === undefined) return;
      // The credits query holds only these pages.
      const pages = () => partsIn(query) as readonly CreditsResponse[];
      const [first, ...rest] = pages();
      if (first === undefined) {
        // The running fetch may predate this balance. A failed fetch has no data to correct.
        const check = () => pages()[0]?.balance === streamed || read(true);
        query.promise?.then(check, () => {});
      } else if (first.balance !== balance) {
        const { data, fetchStatus } = query.state;
        if (balance !== null)
          answers.write(query, { data: { ...(data as object), pages: [{ ...first, balance }, ...rest] } });
        // The running fetch may predate this balance, too.
        read(balance === null || fetchStatus !== "idle");
      }
    },
    move: () => read(streamed === null),
    showEntries: () => {
      shows += 1;
      if (queryClient.getQueryState(queryKey)?.isInvalidated) answers.readSoon(queryKey);
      return () => {
        shows -= 1;
      };
    },
  };
}
