import { type QueryClient, QueryObserver } from "@tanstack/react-query";
import type { ActiveQueryOptions } from "../query/query-options.js";
import { isSignedOut } from "./error-code.js";

/** How often a visible page asks whether somebody is signed in again. */
const signedOutAskMs = 60_000;

/**
 * Keeps what is active in the cache, whoever shows it, until the returned function is called; asks for it where it is not
 * there or does not hold any more.
 *
 * @param before ends the watch before, but not sooner: a question that nobody watches is taken back.
 */
export function watchActive(queryClient: QueryClient, active: ActiveQueryOptions, before?: () => void): () => void {
  const unwatch = new QueryObserver(queryClient, {
    ...active,
    // The URLs are the business of those who show them.
    staleTime: Infinity,
    // Nothing else tells that somebody is signed in again.
    refetchOnReconnect: true,
    refetchOnWindowFocus: true,
    refetchInterval: ({ state }) => isSignedOut(state.error) && signedOutAskMs,
  }).subscribe(() => {});
  before?.();
  return unwatch;
}
