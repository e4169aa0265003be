import { maxRetryAfterMs } from "../../../../ports/store/due-limits.js";
import { isAtGateOfModel, isInFlight } from "./waiting.js";

/** Capacity of a gate without a limit. */
export const unlimited = 1_000_000;

/**
 * When a gate `gates` opens. A later time than a command can set was written by a clock that was ahead.
 *
 * @param now an expression.
 */
export const closedUntil = (now: string): string =>
  `(CASE WHEN gates.closed_until > ${now} + ${maxRetryAfterMs} THEN 0 ELSE coalesce(gates.closed_until, 0) END)`;

/** The limits of a JSON list, as rows of `given`. */
export const givenLimits = `json_to_recordset(:limits::json) given (
      key text, concurrency bigint, "intervalMs" float8, burst float8)`;

/** GCRA's theoretical arrival time of a gate `gates` with a limit `given`, at least now. */
export const rateTat = `(CASE WHEN gates.rate_tat > v_now + given.burst * given."intervalMs" + 1 THEN v_now
      ELSE greatest(gates.rate_tat, v_now) END)`;

/** In milliseconds. A later creation time was written by a clock that was ahead, and so was the end of the capacity. */
const maxAheadMs = 7_200_000;

/**
 * The jobs of a gate that the vendor may still run although their generations have ended. All are expressions.
 */
export const abandoned = (gate: string, now: string): string => `FROM @outbox job
        WHERE job.gate = ${gate} AND job.capacity_until > ${now} AND job.created_at <= ${now} + ${maxAheadMs}`;

export const countAbandoned = (gate: string, now: string): string =>
  `(SELECT count(*) FROM (SELECT 1 ${abandoned(gate, now)} LIMIT :maxConcurrency) counted)`;

/**
 * Whether a generation that waits at a gate waits for a worker: no job of the gate is in flight, and it is not closed.
 * The limits themselves are known to the workers only.
 *
 * Not all as `EXISTS`: Postgres would read the attempts of all gates for one.
 *
 * @param gate an expression.
 */
export const isIdle = (gate: string, now: string): string => `((SELECT count(*) FROM (
        SELECT 1 FROM @generations f WHERE f.gate = ${gate} AND ${isInFlight} LIMIT 1) counted
      ) = 0 AND (SELECT count(*) FROM (SELECT 1 ${abandoned(gate, now)} LIMIT 1) counted) = 0 AND NOT EXISTS (
        SELECT 1 FROM @gates gates WHERE gates.key = ${gate}
          AND (${closedUntil(now)} > ${now} OR gates.rate_tat BETWEEN ${now} + 1 AND ${now} + ${maxRetryAfterMs})
      ))`;

/** The gates and models of the waiting generations, as a part of `WITH RECURSIVE`: one index step for each pair. */
export const waitingPairs = `pair (gate, model) AS (
        (SELECT gate, model FROM @generations WHERE ${isAtGateOfModel} ORDER BY gate, model LIMIT 1)
        UNION ALL
        SELECT next.gate, next.model FROM pair CROSS JOIN LATERAL (
          SELECT g.gate, g.model FROM @generations g
          WHERE ${isAtGateOfModel} AND (g.gate, g.model) > (pair.gate, pair.model) ORDER BY g.gate, g.model LIMIT 1
        ) next
      )`;

/** The due time of the generation of a `pair` that has waited longest. */
export const pairDueAt = `(SELECT min(g.due_at) FROM @generations g
        WHERE ${isAtGateOfModel} AND g.gate = pair.gate AND g.model = pair.model)`;
