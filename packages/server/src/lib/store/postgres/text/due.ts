import { maxLeaseMs, maxRetryAfterMs } from "../../../ports/store/due-limits.js";
import { listOf } from "./list-of.js";
import type { Parameters } from "./parameters.js";
import { isWithinCopyLimit } from "./queue/waiting.js";
import { timeParameters } from "./time.js";

/** Parameters of a worker's view of due rows. `models`: JSON. */
export const dueParameters = {
  ...timeParameters,
  models: "text",
  leaseMs: "bigint",
  pastAt: "bigint",
  isWarm: "flag",
  longCopies: "flag",
} as const satisfies Parameters;

/** In milliseconds: more than any lease or poll delay. */
export const maxWaitMs = maxLeaseMs + 180_000;
/** In milliseconds: the max delay that a vendor may request, plus the backoff of five minutes and a margin. */
const maxRetryWaitMs = maxRetryAfterMs + 400_000;

/**
 * Due later than any worker can set, or a long wait that was written in the future: a clock was ahead. Independent of
 * this worker's lease, since others may have longer ones. A scheduled generation may wait for its start.
 *
 * @param now an expression.
 */
export const isTooFar = (now: string): string =>
  `(due_at > ${now} + CASE WHEN state = 'retry_wait' AND touched_at <= ${now} + 5000 THEN ${maxRetryWaitMs}
    WHEN state = 'queued' AND leased = 0 THEN greatest(coalesce(not_before, 0) - ${now}, ${maxWaitMs})
    ELSE ${maxWaitMs} END)`;

/**
 * End of a lease, or the deadline if that is sooner: any worker may then end the generation. In `storing`, the result is
 * paid: the worker adds a grace to the deadline, and enforces both. Needs `v_now` and `:leaseMs`.
 */
export const leaseEnd = `CASE WHEN state = 'storing' OR deadline_at <= v_now
      THEN v_now + :leaseMs ELSE least(v_now + :leaseMs, deadline_at) END`;

export const isKnown = `model = ANY (${listOf(":models")})`;

/**
 * Due rows that a process skips if it may have started with a clock ahead. They are past their deadline, or held by a
 * worker that may be alive. A lease that has just ended belongs to a worker that crashed. Times up to `:pastAt` are
 * past by the agreed time.
 */
export const isDoubtfulAt = (now: string): string => `((deadline_at <= ${now} AND deadline_at > :pastAt)
      OR (due_at <= ${now} - 2 * :leaseMs AND due_at > :pastAt AND (leased = 1 OR state = 'reconciling')))`;
/** Whether this process may take the row: any once it is warm, before that those that are not doubtful. */
export const isNotDoubtfulAt = (now: string): string => `(:isWarm = 1 OR NOT ${isDoubtfulAt(now)})`;

/** Whether a claim may take the row: one of the worker's models, or any past its deadline. */
export const isDueAt = (now: string): string =>
  `due_at <= ${now} AND (${isKnown} OR deadline_at <= ${now}) AND ${isNotDoubtfulAt(now)} AND ${isWithinCopyLimit}`;
