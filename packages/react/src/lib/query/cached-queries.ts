import { SafelightError } from "@safelight/client";
import { isTerminal } from "@safelight/client/contract";
import type { Query, QueryCacheNotifyEvent, QueryClient, QueryKey } from "@tanstack/react-query";
import { createBackoff } from "../connection/create-backoff.js";
import type { ActiveData } from "./active-data.js";
import { type CachedResponse, responsesOf } from "./cached-query.js";
import { type GenerationChange, mergeGeneration } from "./merge-generation.js";
import { createRefetchSoon } from "./refetch-soon.js";
import { serverConfirmedQueries } from "./server-confirmed-queries.js";

/** All queries of one gallery of a server in a query client, as its live connection reads and writes them. */
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
  /** Removes a query's data. @param error of the query from then on. @default none: it is pending */
  clear(query: Query, error?: Error): void;
  /** Refetches cleared queries that are mounted. */
  refetchCleared(): void;
  /** Calls `refetchCleared` after a growing delay, since a persister may restore the cleared data again. */
  refetchClearedLater(): void;
  /**
   * Refetches every query in the background. A running fetch is replaced, also that of `except`, since its response may
   * predate the reason.
   */
  refetchAll(except?: Query): void;
  /**
   * Refetches a history whose data is older than this change, and a single generation that was active then and no longer
   * is.
   */
  refetchIfOlder(query: Query, sequence: number): void;
  /** Refetches queries without data whose fetch has failed, or fails now, because the server could not be reached. */
  refetchFailed(): void;
  /** Refetches once for all changes of the same task. The key is compared by identity. */
  refetchSoon(queryKey: QueryKey): void;
  /** Merges a generation into a query's data. */
  merge(query: Query, change: GenerationChange): void;
}

/** Callbacks of `subscribe`. */
export interface CachedQueriesListener {
  /**
   * A query was added, or its state was set, perhaps with hydrated data. Called before a component receives the data, perhaps
   * during a render. `onData` follows.
   */
  readonly onUnfetched: (query: Query) => void;
  /** `isFresh`: the server has just responded. `false` for data that was hydrated, restored or set by hand. */
  readonly onData: (query: Query, isFresh: boolean) => void;
  readonly onError: (query: Query) => void;
  readonly onRemoved: (query: Query) => void;
}

/** @param root `keyOf` the gallery. */
export function cachedQueries(queryClient: QueryClient, [name, server, ...gallery]: QueryKey): CachedQueries {
  const refetchSoon = createRefetchSoon(queryClient);
  const clearedBackoff = createBackoff();
  let isScheduled = false;
  let isWriting = false;

  const isOwn = ({ queryKey }: Query) =>
    queryKey[0] === name && queryKey[1] === server && (queryKey.at(-1) === "team") === gallery.length > 0;
  const all = () => queryClient.getQueryCache().findAll({ predicate: isOwn });
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
  const clear = (query: Query, error: Error | null = null) => {
    void query.cancel({ silent: true });
    const status = error ? "error" : "pending";
    write(query, { data: undefined, dataUpdatedAt: 0, error, status, fetchStatus: "idle" });
  };
  const recomputeIntervals = () => {
    for (const { observers } of all()) for (const observer of observers) observer.setOptions(observer.options);
  };
  const refetchCleared = () => all().forEach(refetchIfCleared);

  return {
    subscribe: (listener) => {
      // Queries may have been mounted before the schedule of their URLs was loaded.
      recomputeIntervals();
      return queryClient.getQueryCache().subscribe((event) => {
        if (isWriting || !isOwn(event.query)) return;
        notify(listener, event);
        // The response may have shown another clock offset, which determines when URLs are refetched.
        if (isConfirmedResponse(event) && event.query.queryKey[2] === "active") recomputeIntervals();
      });
    },
    all,
    write,
    setData: (queryKey, data) => withoutEvents(() => queryClient.setQueryData(queryKey, data)),
    clear,
    refetchCleared,
    refetchClearedLater: () => {
      if (isScheduled) return;
      isScheduled = true;
      setTimeout(() => {
        isScheduled = false;
        refetchCleared();
      }, clearedBackoff(Date.now()));
    },
    refetchAll: (except) => {
      for (const query of all()) {
        if (query.state.fetchStatus !== "idle") {
          // The canceled fetch resolves with the response to the next one.
          void query.cancel({ silent: true });
          query.fetch().catch(() => {});
        } else if (query !== except) refetchSoon(query.queryKey);
      }
    },
    refetchIfOlder: (query, sequence) => {
      const active = queryClient.getQueryData<ActiveData>([name, server, "active", ...gallery])?.generations;
      const isOlder = (part: CachedResponse) =>
        "sequence" in part &&
        part.sequence < sequence &&
        !("status" in part && (isTerminal(part) || active?.some(({ id }) => id === part.id)));
      if (query.queryKey[2] !== "active" && responsesOf(query).some(isOlder)) refetchSoon(query.queryKey);
    },
    refetchFailed: () => {
      for (const query of all()) {
        const check = () => isUnreachable(query) && refetchSoon(query.queryKey);
        Promise.resolve(query.promise).then(check, check);
      }
    },
    refetchSoon,
    merge: (query, change) => {
      const data = mergeGeneration(query, change);
      if (data === query.state.data) return;
      if (data === undefined) clear(query, new SafelightError("not_found", `${change.id} was deleted`));
      // A single generation is the full response, also for a query that had none.
      else write(query, query.queryKey[2] === "generation" ? { data, error: null, status: "success" } : { data });
    },
  };
}

function isUnreachable({ state: { data, error } }: Query): boolean {
  // The queries reject with errors only, and those that are not of the client have no `retryable`.
  return data === undefined && (error as Partial<SafelightError> | null)?.retryable === true;
}

/** Whether a fetch has ended with a response of the server, rather than with data of a persister. */
function isConfirmedResponse(event: QueryCacheNotifyEvent): boolean {
  const { type, query } = event;
  return (
    type === "updated" && event.action.type === "success" && !event.action.manual && serverConfirmedQueries.has(query)
  );
}

function notify(
  { onUnfetched, onData, onError, onRemoved }: CachedQueriesListener,
  event: QueryCacheNotifyEvent,
): void {
  const { query } = event;
  const type = event.type === "updated" ? event.action.type : event.type;
  switch (type) {
    case "fetch":
      serverConfirmedQueries.delete(query);
      break;
    case "removed":
      onRemoved(query);
      break;
    case "error":
      onError(query);
      break;
    case "added":
    case "setState":
      // Now, since the render that hydrates a query reads it next.
      onUnfetched(query);
      // Not now, since a render must not update other components.
      queueMicrotask(() => onData(query, false));
      break;
    case "success":
      if (isConfirmedResponse(event)) onData(query, true);
      // `setQueryData` notifies components in a later task.
      else queueMicrotask(() => onData(query, false));
  }
}

function refetchIfCleared(query: Query): void {
  if (query.state.status !== "pending" || !query.isActive() || query.isDisabled()) return;
  // A persister would restore the cleared data.
  const { persister: _, ...options } = query.options;
  query.fetch(options, { cancelRefetch: true }).catch(() => {});
}
