import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { machineTimeMs } from "./kill-points.js";

/** Max age of a counted start: a worker counts an older one again before its request. As `maxDelayMs` of the worker. */
const maxCountedMs = 1_000;

/** Measures the max time of this process between the count of a start at a rate and its request. */
export interface MeasuredStarts {
  readonly store: Store;
  /**
   * In milliseconds: the max age that the worker checks, the longest round trip to the database, and the longest stall of the
   * process so far. A stall can delay a request after the check.
   */
  maxAgeMs(): number;
}

export function measureStarts(store: Store): MeasuredStarts {
  const stalls = monitorEventLoopDelay({ resolution: 10 });
  stalls.enable();
  let maxRoundTripMs = 0;
  const timed =
    <Command, Result>(send: (command: Command) => Promise<Result>) =>
    async (command: Command): Promise<Result> => {
      const sentAt = machineTimeMs();
      const result = await send(command);
      maxRoundTripMs = Math.max(maxRoundTripMs, machineTimeMs() - sentAt);
      return result;
    };
  return {
    store: { ...store, claim: timed(store.claim), reserveStart: timed(store.reserveStart) },
    maxAgeMs: () => maxCountedMs + maxRoundTripMs + stalls.max / 1e6,
  };
}
