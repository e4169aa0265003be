import { maxLeaseMs, maxRetryAfterMs } from "../../../ports/store/due-limits.js";
import { now } from "./guards.js";
import { isKnown, isWithinCopyLimit } from "./waiting.js";

/** In milliseconds: more than any lease or poll delay. */
export const maxWaitMs = maxLeaseMs + 180_000;
/** In milliseconds: the max delay that a vendor may request, plus the backoff of five minutes and a margin. */
const maxRetryWaitMs = maxRetryAfterMs + 400_000;

/**
 * Due later than any worker can set, or a long wait that was written in the future: a clock was ahead. Independent of
 * this worker's lease, since others may have longer ones. A scheduled generation may wait for its start.
 */
export const isTooFar = `(due_at > ${now} + CASE
     WHEN state = 'retry_wait' AND touched_at <= ${now} + 5000 THEN ${maxRetryWaitMs}
     WHEN state = 'queued' AND leased = 0 THEN max(coalesce(not_before, 0) - ${now}, ${maxWaitMs})
     ELSE ${maxWaitMs} END)`;

/**
 * Due rows that a process skips if it may have started with a clock ahead. They are past their deadline, or held by a
 * worker that may be alive. A lease that has just ended belongs to a worker that crashed. Times up to `:pastAt` are
 * past by the agreed time.
 */
export const isDoubtful = `((deadline_at <= ${now} AND deadline_at > :pastAt)
     OR (due_at <= ${now} - 2 * :leaseMs AND due_at > :pastAt AND (leased = 1 OR state = 'reconciling')))`;
/** Whether this process may take the row: any once it is warm, before that those that are not doubtful. */
export const isNotDoubtful = `(:isWarm = 1 OR NOT ${isDoubtful})`;

/** Whether a claim may take the row: one of the worker's models, or any past its deadline. */
export const isDue = `due_at <= ${now} AND (${isKnown} OR deadline_at <= ${now}) AND ${isNotDoubtful} AND ${isWithinCopyLimit}`;
