import { maxLeaseMs, maxRetryAfterMs } from "../../../ports/store/due-limits.js";

/** In milliseconds: more than any lease or poll delay. */
export const maxWaitMs = maxLeaseMs + 180_000;
/** In milliseconds: the max delay that a vendor may request, plus the backoff of five minutes and a margin. */
const maxRetryWaitMs = maxRetryAfterMs + 400_000;

/**
 * Due later than any worker can set, or a long wait that was written in the future: a clock was ahead. Independent of
 * this worker's lease, since others may have longer ones.
 *
 * @param now an expression.
 */
export const isTooFar = (now: string): string =>
  `(due_at > ${now} + CASE WHEN state = 'retry_wait' AND touched_at <= ${now} + 5000 THEN ${maxRetryWaitMs}
    WHEN state = 'queued' AND touched_at <= ${now} + 5000 THEN greatest(coalesce(not_before, 0) - ${now}, ${maxWaitMs})
    ELSE ${maxWaitMs} END)`;

/**
 * End of a lease, or the deadline if that is sooner: any worker may then end the generation. In `storing`, the result is
 * paid: the worker adds a grace to the deadline, and enforces both. Needs `v_now` and `:leaseMs`.
 */
export const leaseEnd = `CASE WHEN state = 'storing' OR deadline_at <= v_now
      THEN v_now + :leaseMs ELSE least(v_now + :leaseMs, deadline_at) END`;
