import type { CreditsResponse } from "@safelight/client/contract";
import type { InfiniteData, Query, QueryClient, QueryKey } from "@tanstack/react-query";
import type { CachedAnswers } from "./cached-answers.js";

/** What a query client holds of an account, in the hands of its connection. */
export interface CachedCredits {
  /** A connection begins, of which nothing is known. */
  begin(): void;
  /** What the account holds, as the connection tells it from here on; `null`: it does not any more. */
  tell(balance: number | null): void;
  /** Something happened that moves credits. */
  move(): void;
  /** Somebody shows the movements, until the returned function is called: whoever shows the balance alone needs no more than is told. */
  showEntries(): () => void;
}

/** @param queryKey of the credits, the same object each time. */
export function cachedCredits(queryClient: QueryClient, queryKey: QueryKey, answers: CachedAnswers): CachedCredits {
  // What the account holds as it was told last; `null` where it is not told.
  let told: number | null = null;
  let shows = 0;
  /** Asks again where that is needed, else once the movements are shown. */
  const read = (mustAsk: boolean) => {
    if (mustAsk || shows > 0) answers.readSoon(queryKey);
    else void queryClient.invalidateQueries({ queryKey, exact: true, refetchType: "none" });
  };
  /** Asks again where the first answer, which is on its way, was made before what is told meanwhile. */
  const readAfterFirst = async (query: Query) => {
    // Of one that fails, or is taken back, there is nothing to mend.
    const answer = await query.promise?.catch(() => undefined);
    const [first] = (answer as InfiniteData<CreditsResponse> | undefined)?.pages ?? [];
    if (first !== undefined && first.balance !== told) answers.readSoon(queryKey);
  };
  return {
    begin: () => {
      told = null;
    },
    tell: (balance) => {
      told = balance;
      const query = queryClient.getQueryCache().find({ queryKey });
      const shown = queryClient.getQueryData<InfiniteData<CreditsResponse>>(queryKey);
      const [first, ...rest] = shown?.pages ?? [];
      if (query === undefined) return;
      if (shown === undefined && balance !== null && query.state.fetchStatus !== "idle") void readAfterFirst(query);
      if (shown === undefined || first === undefined || first.balance === balance) return;
      if (balance !== null) answers.write(query, { data: { ...shown, pages: [{ ...first, balance }, ...rest] } });
      // What is being answered may have been made before.
      read(balance === null || query.state.fetchStatus !== "idle");
    },
    move: () => read(told === null),
    showEntries: () => {
      shows += 1;
      if (queryClient.getQueryState(queryKey)?.isInvalidated) answers.readSoon(queryKey);
      return () => {
        shows -= 1;
      };
    },
  };
}
