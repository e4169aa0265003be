import { now } from "./guards.js";
import { isKnown, isWithinCopyLimit } from "./waiting.js";

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
