import type { CreditsResponse, HistoryQuery, HistoryResponse } from "@safelight/client/contract";
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { PrefetchOptions } from "./prefetch-active.js";
import { resultOrNull } from "./result-or-null.js";
import { type HistoryFilter, safelightKeys } from "./safelight-keys.js";

/** The method of `safelight.api` that `prefetchHistory` needs. */
export interface HistoryApi {
  list(caller: { readonly headers: Headers }, query: HistoryQuery): Promise<HistoryResponse>;
}

/** The method of `safelight.api` that `prefetchCredits` needs. */
export interface CreditsApi {
  credits(caller: { readonly headers: Headers }): Promise<CreditsResponse>;
}

/** Options of {@link prefetchHistory}. */
export interface PrefetchHistoryOptions extends PrefetchOptions {
  /**
   * The same filter as the hook's: each filter has its own cache entry.
   * @default {}
   */
  readonly filter?: HistoryFilter;
}

/** Prefetches the first page of a history. Errors are handled as by `prefetchActive`. */
// biome-ignore lint/complexity/useMaxParams: the public API
export async function prefetchHistory(
  queryClient: QueryClient,
  api: HistoryApi,
  { headers, cacheKey, filter = {} }: PrefetchHistoryOptions,
): Promise<void> {
  const page = await resultOrNull(api.list({ headers }, filter));
  if (page !== null) queryClient.setQueryData(safelightKeys.history(filter, cacheKey), toFirstPage(page));
}

/** Prefetches the balance and the first page of ledger entries. Errors are handled as by `prefetchActive`. */
// biome-ignore lint/complexity/useMaxParams: the public API
export async function prefetchCredits(
  queryClient: QueryClient,
  api: CreditsApi,
  { headers, cacheKey }: PrefetchOptions,
): Promise<void> {
  const page = await resultOrNull(api.credits({ headers }));
  if (page !== null) queryClient.setQueryData(safelightKeys.credits(cacheKey), toFirstPage(page));
}

function toFirstPage<Page>(page: Page): InfiniteData<Page, null> {
  return { pages: [page], pageParams: [null] };
}
