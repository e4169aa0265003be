import type { QueueCounts } from "../../../rows/queue-reading.js";
import { defineIndexRead } from "../../text/define-function.js";
import { activeModels } from "../../text/queue/active-models.js";
import { isIdle, pairDueAt, waitingPairs } from "../../text/queue/gates.js";
import { isNotAtGate, isTimed, isWaiting } from "../../text/queue/waiting.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/** The number of generations by state, among the first ones of each source. */
const countsOf = (
  ...sources: readonly string[]
): string => `(SELECT coalesce(json_object_agg(state, count), '{}') FROM (
      SELECT state, count(*) AS count FROM (
        SELECT state FROM (
          ${sources.map((source) => `(SELECT state FROM @generations WHERE ${source} LIMIT :limit)`).join(" UNION ALL ")}
        ) active LIMIT :limit
      ) first GROUP BY state
    ) counts)`;
const timed = (due: string): string => `due_at ${due} v_now AND ${isTimed} ORDER BY due_at`;

/** The active generations by state, the first due time, and the outbox items, in one snapshot. */
export const readQueue = defineIndexRead<Omit<QueueCounts, "limit">>({
  name: "read_queue",
  parameters: { ...timeParameters, limit: "bigint" },
  declare: `v_now bigint := ${nowInFunction};`,
  body: `
  RETURN json_build_object(
    'due', ${countsOf(timed("<="), `${isWaiting} ORDER BY gate, rank`)},
    'later', ${countsOf(timed(">"))},
    'oldestDueMs', (${activeModels}, ${waitingPairs}
      SELECT v_now - min(first.due_at) FROM (
        SELECT (SELECT min(g.due_at) FROM @generations g WHERE ${isNotAtGate} AND g.model = active.model) AS due_at FROM active
        UNION ALL SELECT ${pairDueAt} FROM pair WHERE ${isIdle("pair.gate", "v_now")}
      ) first),
    'outbox', (SELECT count(*) FROM (SELECT 1 FROM @outbox ORDER BY due_at LIMIT :limit) first));`,
});
