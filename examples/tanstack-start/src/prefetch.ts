import { prefetchActive, prefetchCredits, prefetchHistory } from "@safelight/react/query";
import type { QueryClient } from "@tanstack/react-query";
import { createIsomorphicFn, createServerFn } from "@tanstack/react-start";
import { getRequest } from "@tanstack/react-start/server";
import { safelight } from "./safelight.server";
import { userOf } from "./session.server";

/** The id of the signed-in user; `null` when signed out. */
export const currentUser = createServerFn().handler(() => userOf(getRequest().headers));

// Loaders run on the server for the first page, and in the browser for the next ones. There, the hooks fetch what is not
// in the cache, and the connection keeps it current.

/** Loads the active generations and the balance into the HTML. */
export const prefetchHeader = createIsomorphicFn().server(async (queryClient: QueryClient) => {
  const { headers } = getRequest();
  await Promise.all([
    prefetchActive(queryClient, safelight.api, { headers }),
    prefetchCredits(queryClient, safelight.api, { headers }),
  ]);
});

/** Loads the first page of the history into the HTML. */
export const prefetchPosters = createIsomorphicFn().server(async (queryClient: QueryClient) => {
  await prefetchHistory(queryClient, safelight.api, { headers: getRequest().headers });
});
