import { SafelightError } from "@safelight/client";
import { type Generation, isTerminal } from "@safelight/client/contract";
import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { growingPause } from "../connection/growing-pause.js";
import { heardAnswers } from "../connection/heard-answers.js";
import type { ActiveData } from "./active-data.js";
import { type CachedResponse, responsesOf } from "./cached-query.js";
import { mergeGeneration } from "./merge-generation.js";

/** All queries of one server in a query client, as its live connection reads and writes them. */
export interface CachedQueries {
  /**
   * Subscribes to changes made by others, until the returned function is called. Writes of the connection itself are
   * skipped.
   */
  subscribe(listener: CachedQueriesListener): () => void;
  all(): readonly Query[];
  write(query: Query, state: Partial<Query["state"]>): void;
  /** Writes a full response that the query did not fetch. */
  setData(queryKey: QueryKey, data: unknown): void;
  /** Removes a query's data. */
  clear(query: Query): void;
  /** Refetches cleared queries that are mounted. */
  refetchCleared(): void;
  /** Calls `refetchCleared` after a growing delay, since a persister may restore the cleared data again. */
  refetchClearedLater(): void;
  /** Refetches every query in the background. A running fetch is repeated, since it may predate the reason. */
  refetchAll(except?: Query): void;
  /**
   * Refetches a history whose data is older than this change, and a single generation that was active then and no longer
   * is.
   */
  refetchIfOlder(query: Query, sequence: number): void;
  /** Refetches once for all changes of the same task. The key is compared by identity. */
  refetchSoon(queryKey: QueryKey): void;
  /** Merges a generation into a query's data; `null` if it was deleted. */
  merge(query: Query, id: string, generation: Generation | null): void;
}

/** Callbacks of `subscribe`. */
export interface CachedQueriesListener {
  /** `isFresh`: the server has just responded. `false` for data that was hydrated, restored or set by hand. */
  readonly onData: (query: Query, isFresh: boolean) => void;
  readonly onError: (query: Query) => void;
  readonly onRemoved: (query: Query) => void;
}

/** @param root key prefix of all queries of the server. */
export function cachedQueries(queryClient: QueryClient, root: readonly unknown[]): CachedQueries {
  const filter = { queryKey: root };
  const refetchTimers = new WeakMap<QueryKey, ReturnType<typeof setTimeout>>();
  const nextPauseMs = growingPause();
  let isScheduled = false;
  let isWriting = false;

  const all = () => queryClient.getQueryCache().findAll(filter);
  const refetchSoon = (queryKey: QueryKey) => {
    clearTimeout(refetchTimers.get(queryKey));
    refetchTimers.set(
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
  const withoutEvents = (work: () => void) => {
    isWriting = true;
    try {
      work();
    } finally {
      isWriting = false;
    }
  };
  // Not `setQueryData`: a merge must not clear an error or a pending refetch, nor extend the freshness of the other
  // URLs.
  const write = (query: Query, state: Partial<Query["state"]>) => withoutEvents(() => query.setState(state));
  // Not `reset`: it would restore the initial data.
  const clear = (query: Query, error: SafelightError | null) => {
    void query.cancel({ silent: true });
    const status = error ? "error" : "pending";
    write(query, { data: undefined, dataUpdatedAt: 0, error, status, fetchStatus: "idle" });
  };

  const refetchCleared = () => {
    for (const query of all()) {
      if (query.state.status !== "pending" || !query.isActive() || query.isDisabled()) continue;
      // A persister would restore the cleared data.
      const { persister: _, ...options } = query.options;
      query.fetch(options, { cancelRefetch: true }).catch(() => {});
    }
  };

  return {
    subscribe: ({ onData, onError, onRemoved }) =>
      queryClient.getQueryCache().subscribe((event) => {
        const { query } = event;
        if (isWriting || root.some((part, index) => query.queryKey[index] !== part)) return;
        const action = event.type === "updated" ? event.action : event;
        const { type } = action;
        if (type === "fetch") heardAnswers.delete(query);
        else if (type === "removed") onRemoved(query);
        else if (type === "error") onError(query);
        else if (action.type === "success" && !action.manual && heardAnswers.has(query)) {
          onData(query, true);
          // The response may have shown another clock offset, which determines when URLs are refetched.
          if (query.queryKey[2] === "active") {
            for (const { observers } of all()) for (const observer of observers) observer.setOptions(observer.options);
          }
        }
        // Queries are added and hydrated during render, so defer the callback.
        else if (type === "added" || type === "setState" || type === "success")
          queueMicrotask(() => onData(query, false));
      }),
    all,
    write,
    setData: (queryKey, data) => withoutEvents(() => queryClient.setQueryData(queryKey, data)),
    clear: (query) => clear(query, null),
    refetchCleared,
    refetchClearedLater: () => {
      if (isScheduled) return;
      isScheduled = true;
      setTimeout(() => {
        isScheduled = false;
        refetchCleared();
      }, nextPauseMs());
    },
    refetchAll: (except) => {
      for (const query of all()) if (query !== except) refetchSoon(query.queryKey);
    },
    refetchIfOlder: (query, sequence) => {
      const active = queryClient.getQueryData<ActiveData>([...root, "active"])?.generations;
      const isOlder = (part: CachedResponse) =>
        "sequence" in part &&
        part.sequence < sequence &&
        !("status" in part && (isTerminal(part) || active?.some(({ id }) => id === part.id)));
      if (query.queryKey[2] !== "active" && responsesOf(query).some(isOlder)) refetchSoon(query.queryKey);
    },
    refetchSoon,
    merge: (query, id, generation) => {
      const data = mergeGeneration(query, id, generation);
      if (data === query.state.data) return;
      if (data === undefined) clear(query, new SafelightError("not_found", `${id} was deleted`));
      // A single generation is the full response, also for a query that had none.
      else write(query, query.queryKey[2] === "generation" ? { data, error: null, status: "success" } : { data });
    },
  };
}
