import type { QueueStore } from "../../../ports/store/queue-reading.js";
import { toQueueReading } from "../../rows/queue-reading.js";
import { readQueueStatement } from "../statements/claim.js";
import type { StatementRunner } from "./statement-runner.js";

/**
 * Max rows of each count: a file blocks the thread, for up to 50 ms among a million rows. Services that bill by row
 * count each row.
 */
const limit = 2_000;

/** Counts for monitoring. */
export function queueCommands(runner: StatementRunner): QueueStore {
  return {
    async readQueue() {
      const [row] = await runner.read(readQueueStatement, { limit });
      return toQueueReading({
        limit,
        due: JSON.parse(String(row?.due)),
        later: JSON.parse(String(row?.later)),
        oldestDueMs: Number(row?.oldest_due),
        outbox: Number(row?.outbox),
      });
    },
  };
}
