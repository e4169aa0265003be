import type { AnySafelightClient } from "@safelight/client";
import type { QueryClient } from "@tanstack/react-query";
import { type CachedCredits, cachedCredits } from "../query/cached-credits.js";
import { type CachedQueries, cachedQueries } from "../query/cached-queries.js";
import { type ActiveQueryOptions, activeQueryOptions } from "../query/query-options.js";
import { safelightKeys } from "../query/safelight-keys.js";
import { createEmitter, type Emitter } from "./emitter.js";
import { type GenerationLru, generationLru } from "./generation-lru.js";
import type { LiveChange } from "./live-interface.js";
import { initialLiveState, type LiveAction, type LiveState, reduceLive } from "./live-state.js";
import { restartBackoff } from "./restart-backoff.js";

/** The parts of one live connection. */
export interface LiveContext {
  /** Sends the requests; see `Live.client`. */
  client: AnySafelightClient;
  readonly queryClient: QueryClient;
  readonly active: ActiveQueryOptions;
  readonly queries: CachedQueries;
  readonly credits: CachedCredits;
  readonly generations: GenerationLru;
  readonly changes: Emitter<LiveChange>;
  readonly state: LiveState;
  /**
   * Changes the state, writes to the cache, then notifies the listeners if the owner, `connection` or `isCurrent` changed.
   */
  readonly dispatch: (action: LiveAction, write?: () => void) => void;
  /** Starts the connection, or restarts it. */
  restart: (delayMs: number) => void;
  /** Delay before the next restart after a failure, in milliseconds. */
  readonly nextDelayMs: () => number;
}

export function createLiveContext(queryClient: QueryClient, client: AnySafelightClient): LiveContext {
  const { cacheKey } = client;
  const queries = cachedQueries(queryClient, safelightKeys.all(cacheKey));
  const changes = createEmitter<LiveChange>();
  const backoffMs = restartBackoff();
  let state = initialLiveState;
  const live: LiveContext = {
    client,
    queryClient,
    active: activeQueryOptions({ cacheKey, active: (options) => live.client.active(options) }),
    queries,
    credits: cachedCredits({ queryClient, queryKey: safelightKeys.credits(cacheKey), queries }),
    generations: generationLru(),
    changes,
    get state() {
      return state;
    },
    dispatch: (action, write) => {
      const before = state;
      state = reduceLive(state, action);
      write?.();
      const isVisible =
        state.owner !== before.owner || state.connection !== before.connection || state.isCurrent !== before.isCurrent;
      if (isVisible) changes.emit(undefined);
    },
    restart: () => {},
    nextDelayMs: () => backoffMs(Date.now()),
  };
  return live;
}
