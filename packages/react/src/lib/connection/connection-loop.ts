import { CancelledError } from "@tanstack/react-query";
import { isTeamKey } from "../query/is-team-key.js";
import { forceFetch } from "../query/query-options.js";
import { adoptPosition } from "./apply-response.js";
import { isSignedOut } from "./error-code.js";
import type { LiveContext } from "./live-context.js";
import { ended, failed, ownerReset } from "./live-state.js";
import { receiveEvent } from "./receive-event.js";
import { watchActive } from "./watch-active.js";

const maxPositionRequests = 3;

/** Runs a connection: it requests a position, then receives events. Failures restart it with a growing delay. */
export interface ConnectionLoop {
  /** Starts the loop, or restarts it. */
  start(delayMs: number): void;
  stop(): void;
}

/** @param onRefused called when the server has refused the client, because no permitted user is signed in. */
export function createConnectionLoop(live: LiveContext, onRefused: () => void): ConnectionLoop {
  let running: AbortController | undefined;
  let unwatch: (() => void) | undefined;

  const start = (delayMs: number) => {
    running?.abort();
    running = new AbortController();
    live.setState({ ...live.state, phase: delayMs > 0 ? "waiting" : "running" });
    void run(running.signal, delayMs);
  };
  const run = async (signal: AbortSignal, delayMs: number) => {
    try {
      if (delayMs > 0) await delay(delayMs, signal);
      if (signal.aborted) return;
      live.setState({ ...live.state, phase: "running" });
      watch();
      live.queries.refetchCleared();
      live.credits.reset();
      await requestPosition(live, signal);
      const after = live.state.position ?? undefined;
      for await (const event of live.client.events({ signal, after })) receiveEvent(live, event);
    } catch (error) {
      if (signal.aborted) return;
      // The client and the cache reject with errors only.
      if (isSignedOut(error)) return refuse(error as Error);
      live.setState(failed(live.state));
      start(live.nextDelayMs());
    }
  };
  const watch = () => {
    // The query may be another one than before. A fetch without observers is canceled, so stop watching the old one last.
    const unwatchBefore = unwatch;
    unwatch = watchActive(live.queryClient, live.active);
    unwatchBefore?.();
  };
  const refuse = (error: Error) => {
    if (isTeamKey(live.client.cacheKey)) {
      // A member who has left the team keeps none of its data.
      live.setState(ownerReset(live.state, null), () => {
        live.generations.clear();
        for (const query of live.queries.all()) live.queries.clear(query, error);
      });
    }
    live.setState(ended(live.state, "refused"), () => {
      const query = live.queryClient.getQueryCache().find(live.active);
      if (query !== undefined) live.queries.write(query, { status: "error", error, isInvalidated: true });
    });
    onRefused();
  };

  return {
    start,
    stop: () => {
      running?.abort();
      unwatch?.();
      unwatch = undefined;
      live.setState(ended(live.state, "stopped"));
    },
  };
}

/** Never resolves after an abort. */
function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });
}

/** Fetches the active generations until the position is known. After three requests, the events provide it. */
async function requestPosition(live: LiveContext, signal: AbortSignal): Promise<void> {
  for (let requests = 0; requests < maxPositionRequests; requests += 1) {
    if (live.state.position !== null || signal.aborted) return;
    try {
      const active = await live.queryClient.fetchQuery(forceFetch(live.active));
      // A response of the server was applied as fresh when it arrived. Data of a persister proves nothing.
      adoptPosition(live, { active, isFresh: false });
    } catch (error) {
      if (isSignedOut(error)) throw error;
      // The host, or a component that unmounts, may cancel the query.
      if (error instanceof CancelledError) continue;
      return live.setState(failed(live.state));
    }
  }
}
