import type { Live } from "../connection/live-interface.js";
import { hasChanged, readQuoteBasis } from "./quote-basis.js";
import { mayRefetch, quotesKey } from "./quote-query-options.js";

/** Changes within this time cause one request: those of a submit arrive one after another. */
const coalesceMs = 250;

/** Refetches the shown quotes after changes of the owner, the active generations or the balance, until it is stopped. */
export function refetchQuotesOnChange(live: Live): () => void {
  const { client, queryClient } = live;
  let basis = readQuoteBasis(live);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refetch = () => {
    timer = undefined;
    void queryClient.invalidateQueries({ queryKey: quotesKey(client.cacheKey), predicate: mayRefetch });
  };
  const check = () => {
    const now = readQuoteBasis(live);
    if (hasChanged(basis, now)) timer ??= setTimeout(refetch, coalesceMs);
    basis = { ...basis, ...now };
  };
  const unsubscribes = [queryClient.getQueryCache().subscribe(check), live.subscribe(check)];
  return () => {
    clearTimeout(timer);
    for (const unsubscribe of unsubscribes) unsubscribe();
  };
}
