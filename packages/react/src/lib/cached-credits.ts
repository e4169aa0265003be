import type { CreditsResponse } from "@safelight/client/contract";
import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";
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
  let isTold = false;
  let shows = 0;
  /** Asks again where that is needed, else once the movements are shown. */
  const read = (mustAsk: boolean) => {
    if (mustAsk || shows > 0) answers.readSoon(queryKey);
    else void queryClient.invalidateQueries({ queryKey, exact: true, refetchType: "none" });
  };
  return {
    begin: () => {
      isTold = false;
    },
    tell: (balance) => {
      isTold = balance !== null;
      const query = queryClient.getQueryCache().find({ queryKey });
      const shown = queryClient.getQueryData<InfiniteData<CreditsResponse>>(queryKey);
      const [first, ...rest] = shown?.pages ?? [];
      if (query === undefined || shown === undefined || first === undefined || first.balance === balance) return;
      if (balance !== null) answers.write(query, { data: { ...shown, pages: [{ ...first, balance }, ...rest] } });
      // What is being answered may have been made before.
      read(balance === null || query.state.fetchStatus !== "idle");
    },
    move: () => read(!isTold),
    showEntries: () => {
      shows += 1;
      if (queryClient.getQueryState(queryKey)?.isInvalidated) answers.readSoon(queryKey);
      return () => {
        shows -= 1;
      };
    },
  };
}
