import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { machineTimeMs } from "./kill-points.js";

/** A worker sends no request whose start it has counted longer ago. */
const maxCountedMs = 1_000;

/** Measures how long this process may take from the count of a start at a rate to its request. */
export interface MeasuredStarts {
  readonly store: Store;
  /**
   * The bound of a worker, one round trip to the database, and the longest stall of the process: a slow machine delays a
   * request after the worker has checked its age.
   */
  maxAgeMs(): number;
}

export function measureStarts(store: Store): MeasuredStarts {
  const stalls = monitorEventLoopDelay({ resolution: 10 });
  stalls.enable();
  let longestMs = 0;
  const timed =
    <Command, Result>(send: (command: Command) => Promise<Result>) =>
    async (command: Command): Promise<Result> => {
      const sentAt = machineTimeMs();
      const result = await send(command);
      longestMs = Math.max(longestMs, machineTimeMs() - sentAt);
      return result;
    };
  return {
    store: { ...store, claim: timed(store.claim), reserveStart: timed(store.reserveStart) },
    maxAgeMs: () => maxCountedMs + longestMs + stalls.max / 1e6,
  };
}
