import type { ActiveResponse } from "@safelight/client/contract";
import type { QueryClient } from "@tanstack/react-query";
import { toActiveData } from "./active-data.js";
import { answerIfAny } from "./answer-if-any.js";
import { safelightKeys } from "./safelight-keys.js";

/** The verb of `safelight.api` that is needed here. */
export interface ActiveApi {
  active(caller: { readonly headers: Headers }): Promise<ActiveResponse>;
}

/** Options of {@link prefetchActive} and of those beside it. */
export interface PrefetchOptions {
  /** Of the request that is being answered: they say whose generations these are. */
  readonly headers: Headers;
  /**
   * `client.cacheKey` of the client in the browser: `baseUrl` and `basePath` of its options.
   * @default "/api/generations"
   */
  readonly cacheKey?: string;
}

/**
 * Seeds what is in progress on the server, under the key that `useActiveGeneration` and `useGenerate` read: after
 * hydration the first paint shows it and the browser does not ask for it. Where the visitor is signed out or the
 * server is busy nothing is seeded, and the browser asks by itself; other errors pass through, since frameworks use
 * them to leave a static render.
 *
 * It reads the clock and the database. In Next, `connection()` comes first: with Cache Components the build prerenders
 * everything before it.
 *
 * @example
 * ```tsx
 * await connection();
 * const queryClient = new QueryClient();
 * await prefetchActive(queryClient, safelight.api, { headers: await headers() });
 * return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
 * ```
 */
export async function prefetchActive(
  queryClient: QueryClient,
  api: ActiveApi,
  { headers, cacheKey }: PrefetchOptions,
): Promise<void> {
  const active = await answerIfAny(api.active({ headers }));
  if (active !== null) queryClient.setQueryData(safelightKeys.active(cacheKey), toActiveData(active, null));
}
