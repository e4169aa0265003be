import type { AnySafelightClient } from "@safelight/client";
import type { QueryClient } from "@tanstack/react-query";
import { createLateLive } from "./late-live.js";
import type { Live } from "./live-interface.js";

const lives = new WeakMap<QueryClient, Map<string, Live>>();

/**
 * The connection of a query client to a client's server, created by the first call. Clients with the same `cacheKey` share
 * their cached data, and so the connection.
 */
export function liveOf(queryClient: QueryClient, client: AnySafelightClient): Live {
  const byServer = lives.get(queryClient) ?? new Map<string, Live>();
  const live = byServer.get(client.cacheKey) ?? createLateLive(queryClient, client);
  lives.set(queryClient, byServer.set(client.cacheKey, live));
  return live;
}
