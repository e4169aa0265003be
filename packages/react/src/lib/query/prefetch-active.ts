import type { ActiveResponse } from "@safelight/client/contract";
import type { QueryClient } from "@tanstack/react-query";
import { toActiveData } from "./active-data.js";
import { resultOrNull } from "./result-or-null.js";
import { safelightKeys } from "./safelight-keys.js";

/** The method of `safelight.api` that `prefetchActive` needs. */
export interface ActiveApi {
  active(caller: { readonly headers: Headers }): Promise<ActiveResponse>;
}

/** Options of {@link prefetchActive}, `prefetchHistory` and `prefetchCredits`. */
export interface PrefetchOptions {
  /** Headers of the incoming request; they identify the owner. */
  readonly headers: Headers;
  /**
   * `client.cacheKey` of the browser's client, which follows from its `baseUrl` and `basePath`.
   * @default "/api/generations"
   */
  readonly cacheKey?: string;
}

/**
 * Prefetches active generations on the server, under the key that `useActiveGeneration` and `useGenerate` read. After
 * hydration the first paint shows them without a request of the browser.
 *
 * If the visitor is signed out or the server is busy, nothing is cached and the browser fetches. The same applies if
 * `identify` throws, which is logged. Other errors are rethrown, since frameworks use exceptions to leave a static render.
 *
 * The call reads the clock and the database. In Next, call `connection()` first: with Cache Components the build
 * prerenders everything before it.
 *
 * @example
 * ```tsx
 * await connection();
 * const queryClient = new QueryClient();
 * await prefetchActive(queryClient, safelight.api, { headers: await headers() });
 * return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
 * ```
 */
// biome-ignore lint/complexity/useMaxParams: the public API
export async function prefetchActive(
  queryClient: QueryClient,
  api: ActiveApi,
  { headers, cacheKey }: PrefetchOptions,
): Promise<void> {
  const active = await resultOrNull(api.active({ headers }));
  if (active !== null) queryClient.setQueryData(safelightKeys.active(cacheKey), toActiveData(active, null));
}
