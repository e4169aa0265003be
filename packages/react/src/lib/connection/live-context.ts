import { type CachedCredits, cachedCredits } from "../query/cached-credits.js";
import { type CachedQueries, cachedQueries } from "../query/cached-queries.js";
import { keyOf } from "../query/safelight-keys.js";
import { createBackoff } from "./create-backoff.js";
import { GenerationLru } from "./generation-lru.js";
import type { Live } from "./live-interface.js";
import type { LiveState } from "./live-state.js";

/** A live connection with the parts that its loaded code needs. */
export interface LiveContext extends Live {
  readonly queries: CachedQueries;
  readonly credits: CachedCredits;
  readonly generations: GenerationLru;
  /**
   * Changes the state, writes to the cache, then notifies the listeners if the owner, `connection` or `isCurrent` changed.
   */
  readonly setState: (state: LiveState, write?: () => void) => void;
  /** Starts the connection, or restarts it. */
  restart: (delayMs: number) => void;
  /** Delay before the next restart after a failure, in milliseconds. */
  readonly nextDelayMs: () => number;
}

/** Adds the parts to a connection. */
export function createLiveContext(live: Live): LiveContext {
  const { queryClient, client } = live;
  const queries = cachedQueries(queryClient, keyOf(client.cacheKey));
  const restartBackoff = createBackoff();
  return Object.assign(live, {
    queries,
    credits: cachedCredits({ queryClient, queryKey: keyOf(client.cacheKey, "credits"), queries }),
    generations: new GenerationLru(),
    setState: (state: LiveState, write?: () => void) => {
      const before = live.state;
      live.state = state;
      write?.();
      const isVisible =
        state.owner !== before.owner || state.connection !== before.connection || state.isCurrent !== before.isCurrent;
      if (isVisible) live.emit({ type: "state" });
    },
    restart: () => {},
    nextDelayMs: () => restartBackoff(Date.now()),
  });
}
