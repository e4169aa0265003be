import type { QueueStore } from "../../../ports/store/queue-reading.js";
import { toQueueReading } from "../../rows/queue-reading.js";
import { readQueueStatement } from "../statements/claim.js";
import type { Session } from "./session.js";

/** Counts for monitoring. */
export function queueCommands(session: Session): QueueStore {
  return {
    async readQueue() {
      const [row] = await session.read(readQueueStatement, {});
      const active: Record<string, number> = JSON.parse(String(row?.active));
      return toQueueReading({ active, oldestDueMs: Number(row?.oldest_due), outbox: Number(row?.outbox) });
    },
  };
}
