import type { AnySafelightClient } from "@safelight/client";
import type { QueryClient } from "@tanstack/react-query";
import { createLive } from "./live.js";
import type { Live } from "./live-interface.js";

const lives = new WeakMap<QueryClient, Map<string, Live>>();

/**
 * The connection of a query client to the client's server; made at the first call, and gone with the query client. Clients
 * of one `cacheKey` share what is cached, and so the connection.
 */
export function liveOf(queryClient: QueryClient, client: AnySafelightClient): Live {
  const byServer = lives.get(queryClient) ?? new Map<string, Live>();
  const live = byServer.get(client.cacheKey) ?? createLive(queryClient, client);
  lives.set(queryClient, byServer.set(client.cacheKey, live));
  return live;
}
