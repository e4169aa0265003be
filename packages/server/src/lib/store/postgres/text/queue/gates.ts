import { maxRetryAfterMs } from "../../../../ports/store/due-limits.js";

/** Room of a gate without a limit. */
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
