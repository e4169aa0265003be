import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { CreditsResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import { type InfiniteData, infiniteQueryOptions, type QueryKey, queryOptions } from "@tanstack/react-query";
import { type ActiveData, toActiveData } from "./active-data.js";
import { type HistoryFilter, safelightKeys } from "./safelight-keys.js";

/** The parts of a client that a query needs; any `SafelightClient` will do. */
type Source<Method extends keyof AnySafelightClient> = Pick<AnySafelightClient, "basePath" | Method>;

// The live loop keeps what is watched fresh, and the client has already repeated what is safe to repeat.
const live = { staleTime: Number.POSITIVE_INFINITY, retry: false } as const;

/** Options of the query for what is in progress and what ended unseen, over all models and scopes. */
export function activeQueryOptions(client: Source<"active">) {
  return queryOptions<ActiveData, SafelightError>({
    queryKey: safelightKeys.active(client.basePath),
    queryFn: async ({ signal }) => toActiveData(await client.active({ signal }), Date.now()),
    // Asked even when the device calls itself offline, so that the interface learns it instead of waiting for ever.
    networkMode: "always",
    ...live,
  });
}

/** Options of the query for one generation. */
export function generationQueryOptions(client: Source<"get">, id: string) {
  return queryOptions<Generation, SafelightError>({
    queryKey: safelightKeys.generation(id, client.basePath),
    queryFn: ({ signal }) => client.get(id, { signal }),
    ...live,
  });
}

/** Options of the infinite query for the history, newest first. */
export function historyQueryOptions(client: Source<"list">, filter: HistoryFilter = {}) {
  return pagesOptions<HistoryResponse>(safelightKeys.history(filter, client.basePath), (page) =>
    client.list({ ...filter, ...page }),
  );
}

/** Options of the infinite query for the balance and its movements, newest first. */
export function creditsQueryOptions(client: Source<"credits">) {
  return pagesOptions<CreditsResponse>(safelightKeys.credits(client.basePath), (page) => client.credits(page));
}

function pagesOptions<Page extends { readonly nextCursor: string | null }>(
  queryKey: QueryKey,
  read: (page: { readonly cursor: string | null; readonly signal: AbortSignal }) => Promise<Page>,
) {
  return infiniteQueryOptions<Page, SafelightError, InfiniteData<Page, string | null>, QueryKey, string | null>({
    queryKey,
    queryFn: ({ pageParam, signal }) => read({ cursor: pageParam, signal }),
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    ...live,
  });
}
