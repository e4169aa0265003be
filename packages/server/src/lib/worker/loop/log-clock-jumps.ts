import type { WorkerContext } from "../context/worker-context.js";

const messages = {
  jumped: "The system clock jumped. The worker applies a forward jump gradually; check time synchronization.",
  ahead: "The system clock is ahead of another worker's. This worker follows the earlier clock; synchronize both.",
};

/** Logs each jump of the clock once. */
export async function logClockJumps({ logger, store }: Pick<WorkerContext, "logger" | "store">): Promise<void> {
  for (const { reason, ...jump } of (await store.takeClockJumps?.()) ?? []) {
    logger.warn(messages[reason], { event: "clock.corrected", ...jump });
  }
}
