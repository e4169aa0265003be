import { listOf } from "./list-of.js";

/** In milliseconds. */
export const maxItemDelayMs = 3_600_000;

/**
 * Due later than any worker can set: a clock that was ahead wrote the due time.
 *
 * @param now an expression.
 */
export const isItemTooFar = (now: string): string => `due_at > ${now} + ${maxItemDelayMs + 5_000}`;

/** Whether a worker with `:topics` and `:models` can process an item. */
export const isForWorker = `topic = ANY (${listOf(":topics")}) AND (model IS NULL OR model = ANY (${listOf(":models")}))`;

const dayMs = 86_400_000;
/** In milliseconds. A job ends by itself within this time. */
const unclaimedJobMs = dayMs;
/** In milliseconds: longer than the retries of a worker that knows the target. */
const unclaimedAnnouncementMs = 7 * dayMs;

/**
 * Whether an item is overdue by days: no running worker of any version knows its model. Every worker deletes bytes,
 * and a hold is the host's money.
 *
 * @param confirmed an expression: a time that has certainly passed.
 */
export const isUnclaimed = (confirmed: string): string =>
  `due_at <= ${confirmed} - ${unclaimedJobMs} AND topic NOT IN ('delete_objects', 'delete_prefix', 'resolve_hold')
      AND (topic = 'cancel_job' OR due_at <= ${confirmed} - ${unclaimedAnnouncementMs})`;
