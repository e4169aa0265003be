import type { WorkerContext } from "../context/worker-context.js";

const messages = {
  jumped: "The system clock jumped. The worker applies a forward jump gradually; check time synchronization.",
  ahead:
    "The system clock is ahead of another worker's, or no process ran for this time. This worker follows the earlier time. " +
    "After a pause of all processes, ignore this; otherwise synchronize both clocks.",
};

/** Logs each jump of the clock once. */
export async function logClockJumps({ logger, store }: Pick<WorkerContext, "logger" | "store">): Promise<void> {
  for (const { reason, ...jump } of (await store.takeClockJumps?.()) ?? []) {
    logger.warn(messages[reason], { event: "clock.corrected", ...jump });
  }
}
