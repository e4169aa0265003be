import type { WorkerContext } from "./worker-context.js";

const messages = {
  jumped: "The clock of this machine jumped; the worker holds back a jump forward until it is confirmed.",
  ahead:
    "The clock of this machine is ahead of another worker's; this worker follows the earlier one. Check both clocks.",
};

/** Logs each jump of the clock once. */
export async function logClockJumps({ logger, store }: Pick<WorkerContext, "logger" | "store">): Promise<void> {
  for (const { reason, ...jump } of (await store.takeClockJumps?.()) ?? []) logger.warn(messages[reason], jump);
}
