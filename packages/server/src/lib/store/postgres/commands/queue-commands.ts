import type { QueueStore } from "../../../ports/store/queue-reading.js";
import { toQueueReading } from "../../rows/queue-reading.js";
import { readQueue } from "../functions/queue/read-queue.js";
import type { StatementRunner } from "./statement-runner.js";

export const queueFunctions = [readQueue];

/** Max rows of each count: some milliseconds of the database, and a tenth of a second if it reads them from a disk. */
const limit = 10_000;

/** Counts for monitoring. */
export function queueCommands(runner: StatementRunner): QueueStore {
  return {
    async readQueue() {
      const counts = await runner.query(readQueue, { limit });
      return toQueueReading({ limit, ...(counts ?? { due: {}, later: {}, oldestDueMs: null, outbox: 0 }) });
    },
  };
}
