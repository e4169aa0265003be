import type { CreditsResponse } from "@safelight/client/contract";
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { partsIn } from "./answers.js";
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
  return {
    begin: () => {
      told = null;
    },
    tell: (balance) => {
      told = balance;
      const query = queryClient.getQueryCache().find({ queryKey });
      if (query === undefined) return;
      // A query of the credits holds nothing else.
      const pages = () => partsIn(query) as readonly CreditsResponse[];
      const [first, ...rest] = pages();
      if (first === undefined) {
        // An answer that is on its way may have been made before. Of one that does not come there is nothing to mend.
        const check = () => pages()[0]?.balance === told || read(true);
        query.promise?.then(check, () => {});
      } else if (first.balance !== balance) {
        const { data, fetchStatus } = query.state;
        if (balance !== null)
          answers.write(query, { data: { ...(data as object), pages: [{ ...first, balance }, ...rest] } });
        // What is being answered may have been made before, too.
        read(balance === null || fetchStatus !== "idle");
      }
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
