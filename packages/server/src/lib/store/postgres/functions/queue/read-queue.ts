import type { QueueCounts } from "../../../rows/queue-reading.js";
import { defineIndexRead } from "../../text/define-function.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/** The number of generations by state, among the first ones by due time. */
const countsWhere = (due: string): string => `(SELECT coalesce(json_object_agg(state, count), '{}') FROM (
      SELECT state, count(*) AS count FROM (
        SELECT state FROM @generations WHERE ${due} ORDER BY due_at LIMIT :limit
      ) first GROUP BY state
    ) counts)`;

/** The active generations by state, the first due time, and the outbox items, in one snapshot. */
export const readQueue = defineIndexRead<Omit<QueueCounts, "limit">>({
  name: "read_queue",
  parameters: { ...timeParameters, limit: "bigint" },
  declare: `v_now bigint := ${nowInFunction};`,
  body: `
  RETURN json_build_object(
    'due', ${countsWhere("due_at <= v_now")},
    'later', ${countsWhere("due_at > v_now")},
    'oldestDueMs', (SELECT v_now - min(due_at) FROM @generations WHERE due_at IS NOT NULL),
    'outbox', (SELECT count(*) FROM (SELECT 1 FROM @outbox ORDER BY due_at LIMIT :limit) first));`,
});
