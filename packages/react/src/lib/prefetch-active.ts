import type { ActiveResponse, ProblemCode } from "@safelight/client/contract";
import type { QueryClient } from "@tanstack/react-query";
import { toActiveData } from "./active-data.js";
import { safelightKeys } from "./safelight-keys.js";

/** The verb of `safelight.api` that is needed here. */
export interface ActiveApi {
  active(caller: { readonly headers: Headers }): Promise<ActiveResponse>;
}

/** Options of {@link prefetchActive}. */
export interface PrefetchActiveOptions {
  /** Of the request that is being answered: they say whose generations these are. */
  readonly headers: Headers;
  /**
   * `client.cacheKey` of the client in the browser: `baseUrl` and `basePath` of its options.
   * @default "/api/generations"
   */
  readonly cacheKey?: string;
}

/** What the browser finds out by itself. */
const passing: readonly ProblemCode[] = ["unauthenticated", "forbidden", "unavailable"];

/**
 * Seeds what is in progress on the server, under the key that `useActiveGeneration` and `useGenerate` read: after
 * hydration the first paint shows it and the browser does not ask for it. Where the visitor is signed out or the
 * server is busy nothing is seeded, and the browser asks by itself; other errors pass through, since frameworks use
 * them to leave a static render.
 *
 * @example
 * ```tsx
 * const queryClient = new QueryClient();
 * await prefetchActive(queryClient, safelight.api, { headers: await headers() });
 * return <HydrationBoundary state={dehydrate(queryClient)}>{children}</HydrationBoundary>;
 * ```
 */
export async function prefetchActive(
  queryClient: QueryClient,
  api: ActiveApi,
  { headers, cacheKey }: PrefetchActiveOptions,
): Promise<void> {
  try {
    const active = await api.active({ headers });
    queryClient.setQueryData(safelightKeys.active(cacheKey), toActiveData(active, null));
  } catch (error) {
    // Told by the code alone, whatever copy of the server's error class it is.
    if (!passing.some((code) => code === (error as { readonly code?: unknown } | null)?.code)) throw error;
  }
}
