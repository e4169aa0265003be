import { defineRead } from "../text/define-read.js";
import { timeOfRead, timeParameters } from "../text/time.js";

/** The active generations by state, the first due time, and the outbox items. */
export const readQueue = defineRead<{
  readonly active: { readonly state: string; readonly count: number };
  readonly queue: { readonly oldestDue: number | null; readonly outbox: number };
}>({
  name: "read_queue",
  parameters: timeParameters,
  parts: {
    active: "SELECT state, count(*) AS count FROM @generations WHERE due_at IS NOT NULL GROUP BY state",
    queue: `SELECT
        (SELECT ${timeOfRead} - min(due_at) FROM @generations WHERE due_at IS NOT NULL) AS "oldestDue",
        (SELECT count(*) FROM @outbox) AS outbox`,
  },
});
