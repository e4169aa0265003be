import { type QueryClient, QueryObserver } from "@tanstack/react-query";
import type { ActiveQueryOptions } from "../query/query-options.js";
import { isSignedOut } from "./error-code.js";

/** How often a visible page checks whether a user has signed in. */
const signedOutIntervalMs = 60_000;

/**
 * Keeps the query of active generations in the cache until the returned function is called, also if no component shows it.
 * Fetches it if it has no data or is invalidated.
 */
export function watchActive(queryClient: QueryClient, active: ActiveQueryOptions): () => void {
  return new QueryObserver(queryClient, {
    ...active,
    // The components that show URLs keep them fresh.
    staleTime: Infinity,
    // No event reports that a user has signed in again.
    refetchOnReconnect: true,
    refetchOnWindowFocus: true,
    refetchInterval: ({ state }) => isSignedOut(state.error) && signedOutIntervalMs,
  }).subscribe(() => {});
}
