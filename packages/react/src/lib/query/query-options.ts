import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { CreditsResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import {
  type DataTag,
  type InfiniteData,
  infiniteQueryOptions,
  type QueryKey,
  queryOptions,
  type UnusedSkipTokenInfiniteOptions,
  type UnusedSkipTokenOptions,
} from "@tanstack/react-query";
import { type ActiveData, toActiveData } from "./active-data.js";
import { type HistoryFilter, historyKey, keyOf } from "./safelight-keys.js";
import { markServerConfirmed } from "./server-confirmed-queries.js";
import { type FetchedQuery, urlSchedule } from "./url-schedule.js";

/** The methods of a client that a query needs; any `SafelightClient` fits. */
type Source<Method extends keyof AnySafelightClient> = Pick<AnySafelightClient, "cacheKey" | Method>;

/**
 * Options whose key has the type of the data. All return types are written out: inferred ones name a type of TanStack Query
 * that the oldest supported version does not export.
 */
type Tagged<Options, Data> = Options & { queryKey: DataTag<QueryKey, Data, SafelightError> };
/** Options of a query, as the functions below return them. */
export type QueryOptions<Data> = Tagged<UnusedSkipTokenOptions<Data, SafelightError>, Data>;
type Pages<Page> = InfiniteData<Page, string | null>;
type PagesOptions<Page> = Tagged<
  UnusedSkipTokenInfiniteOptions<Page, SafelightError, Pages<Page>, QueryKey, string | null>,
  InfiniteData<Page>
>;

/** Long polls do not report changes of the balance without a generation, such as a grant. */
const creditsStaleMs = 30_000;

const common = {
  // The client already retries requests that are safe to repeat.
  retry: false,
  // Fetch even when the device reports being offline: the interface shows the error instead of waiting forever.
  networkMode: "always",
  // With that mode it is off by default.
  refetchOnReconnect: true,
} as const;
// The event stream keeps data fresh, except URLs of generations that do not change.
const live = {
  ...common,
  staleTime: (query: FetchedQuery) => urlSchedule.current?.staleTime(query) ?? Infinity,
  refetchInterval: (query: FetchedQuery) => urlSchedule.current?.refetchInterval(query) ?? false,
};

/** Options of the query for active and unseen generations, over all models and scopes. */
export function activeQueryOptions(client: Source<"active">): QueryOptions<ActiveData> {
  return queryOptions<ActiveData, SafelightError>({
    queryKey: keyOf(client.cacheKey, "active"),
    queryFn: async (context) => {
      // Without the signal: StrictMode's first unmount would cancel the request, and the second mount repeat it.
      const active = markServerConfirmed(context, await client.active());
      return toActiveData(active, typeof window === "undefined" ? null : Date.now());
    },
    // Only the host removes this query: removal is how it signals that the owner signed out.
    gcTime: Infinity,
    ...live,
  });
}

/** Return type of {@link activeQueryOptions}. */
export type ActiveQueryOptions = ReturnType<typeof activeQueryOptions>;

/**
 * The same query, fetched even if its data is fresh. `staleTime: 0` is not enough: after the clock was set back,
 * `dataUpdatedAt` is in the future.
 */
export function forceFetch<Options>(options: Options): Options & { readonly staleTime: number } {
  return { ...options, staleTime: -Infinity };
}

/** Options of the query for one generation. */
export function generationQueryOptions(client: Source<"get">, id: string): QueryOptions<Generation> {
  return queryOptions<Generation, SafelightError>({
    queryKey: keyOf(client.cacheKey, "generation", id),
    queryFn: async (context) => markServerConfirmed(context, await client.get(id, { signal: context.signal })),
    ...live,
  });
}

/** Options of the infinite query for the history, newest first. */
export function historyQueryOptions(client: Source<"list">, filter: HistoryFilter = {}): PagesOptions<HistoryResponse> {
  return infiniteQueryOptions({
    ...pagesOptions<HistoryResponse>(historyKey(client.cacheKey, filter), (page) =>
      client.list({ ...filter, ...page }),
    ),
    ...live,
  });
}

/** Options of the infinite query for the balance and its ledger entries, newest first. */
export function creditsQueryOptions(client: Source<"credits">): PagesOptions<CreditsResponse> {
  return infiniteQueryOptions({
    ...pagesOptions<CreditsResponse>(keyOf(client.cacheKey, "credits"), (page) => client.credits(page)),
    staleTime: creditsStaleMs,
  });
}

function pagesOptions<Page extends HistoryResponse | CreditsResponse>(
  queryKey: QueryKey,
  read: (page: { readonly cursor: string | null; readonly signal: AbortSignal }) => Promise<Page>,
): PagesOptions<Page> {
  return infiniteQueryOptions<Page, SafelightError, Pages<Page>, QueryKey, string | null>({
    queryKey,
    queryFn: async (context) =>
      markServerConfirmed(context, await read({ cursor: context.pageParam, signal: context.signal })),
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    ...common,
  });
}
