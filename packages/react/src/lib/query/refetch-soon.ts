import type { QueryClient, QueryKey } from "@tanstack/react-query";

/** Creates a function that refetches a query once for all changes of the same task. Keys are compared by identity. */
export function createRefetchSoon(queryClient: QueryClient): (queryKey: QueryKey) => void {
  const timers = new WeakMap<QueryKey, ReturnType<typeof setTimeout>>();
  const refetchSoon = (queryKey: QueryKey) => {
    clearTimeout(timers.get(queryKey));
    timers.set(
      queryKey,
      setTimeout(() => {
        const query = queryClient.getQueryCache().find({ queryKey });
        // The running fetch may predate the change, so fetch again after it. Canceling it instead would starve the query
        // while changes keep arriving.
        const running = query?.state.fetchStatus === "fetching" && query.promise;
        if (running) running.catch(() => {}).then(() => refetchSoon(queryKey));
        else void queryClient.invalidateQueries({ queryKey, exact: true });
      }),
    );
  };
  return refetchSoon;
}
