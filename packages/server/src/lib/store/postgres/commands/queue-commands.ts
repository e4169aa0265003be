import type { QueueStore } from "../../../ports/store/queue-reading.js";
import { toQueueReading } from "../../rows/queue-reading.js";
import { readQueue } from "../reads/queue.js";
import type { Session } from "./session.js";

/** Counts for monitoring. */
export function queueCommands(session: Session): QueueStore {
  return {
    async readQueue() {
      const { active, queue } = await session.read(readQueue, {});
      return toQueueReading({
        active: Object.fromEntries(active.map(({ count, state }) => [state, count])),
        oldestDueMs: queue[0]?.oldestDue ?? 0,
        outbox: queue[0]?.outbox ?? 0,
      });
    },
  };
}
