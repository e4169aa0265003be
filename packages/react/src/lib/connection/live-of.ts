import type { AnySafelightClient } from "@safelight/client";
import type { QueryClient } from "@tanstack/react-query";
import { activeQueryOptions, forceFetch } from "../query/query-options.js";
import { createEmitter } from "./emitter.js";
import { isSignedOut } from "./error-code.js";
import { lateModule, withModule } from "./late-module.js";
import type { Live, LiveChange, LiveCommands } from "./live-interface.js";
import type { LiveState } from "./live-state.js";
import { unknownOwner } from "./owner.js";

/** The code of the connection. A page loads it when the first hook is mounted. */
export const liveModule = /* @__PURE__ */ lateModule(() =>
  // The connection needs the chunk of the client, too: without it, no event would report an outage.
  Promise.all([import("./live.js"), import("@safelight/client/live")]).then(([live]) => live),
);

export const initialLiveState: LiveState = {
  phase: "stopped",
  connection: "connecting",
  owner: unknownOwner,
  position: null,
  isCurrent: false,
  resyncs: 0,
};

const lives = new WeakMap<QueryClient, Map<string, Live>>();

/**
 * The connection of a query client to a client's server, created by the first call. Clients with the same `cacheKey` share
 * their cached data, and so the connection.
 */
export function liveOf(queryClient: QueryClient, client: AnySafelightClient): Live {
  const byServer = lives.get(queryClient) ?? new Map<string, Live>();
  const live = byServer.get(client.cacheKey) ?? createLive(queryClient, client);
  lives.set(queryClient, byServer.set(client.cacheKey, live));
  return live;
}

function createLive(queryClient: QueryClient, client: AnySafelightClient): Live {
  const live: Live = {
    ...createEmitter<LiveChange>(),
    queryClient,
    client,
    active: activeQueryOptions({ cacheKey: client.cacheKey, active: () => live.client.active() }),
    state: initialLiveState,
    commands: null,
  };
  return live;
}

/**
 * Runs an effect with the commands of a connection, once their code is loaded, until the returned function is called. While
 * the code cannot be loaded, the active generations are refetched with a growing delay, and a failure of that is `offline`.
 */
export function withLive(live: Live, run: (commands: LiveCommands) => (() => void) | undefined): () => void {
  return withModule(liveModule, {
    run: ({ createLiveCommands }) => {
      live.commands ??= createLiveCommands(live);
      return run(live.commands);
    },
    onFailure: () => refetchActive(live),
  });
}

/**
 * Refetches the active generations in place of the connection, also if no component observes them. The connection is
 * `offline` if that fails.
 */
async function refetchActive(live: Live): Promise<void> {
  const { queryClient, active } = live;
  // All waiting hooks share one request.
  await queryClient.prefetchQuery(forceFetch(active));
  if (live.commands !== null) return;
  const error = queryClient.getQueryState(active.queryKey)?.error;
  live.state = { ...live.state, connection: error && !isSignedOut(error) ? "offline" : "connecting" };
  live.emit({ type: "state" });
}
