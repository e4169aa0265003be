import { enqueueCancels, enqueuePrefixDeletion } from "./outbox-items.js";
import { purgeOf } from "./purge.js";
import { isMarked } from "./sequences.js";

/**
 * Deletes unused objects through the outbox after the end: the last preview of a completed generation, and all objects
 * of a failed or canceled one. Of a generation that was deleted before its end, deletes all objects.
 */
export const deleteUnusedObjects: readonly string[] = [
  `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'delete_objects', json_array(preview_key), 0, touched_at, touched_at FROM safelight_generations
   WHERE id = :id AND ${isMarked} AND state = 'completed' AND preview_key IS NOT NULL`,

  enqueuePrefixDeletion(`id = :id AND ${isMarked} AND (state IN ('failed', 'canceled') OR deleted_at IS NOT NULL)`),

  `UPDATE safelight_generations SET preview_key = NULL, preview_content_type = NULL
   WHERE id = :id AND ${isMarked} AND finished_at IS NOT NULL AND preview_key IS NOT NULL`,
];

/**
 * Adds every job that may still run after its generation has ended to the outbox. The credits are settled first, and
 * the provider is canceled afterwards, even after a crash in between.
 */
export const cancelJobs = enqueueCancels(
  `g.id = :id AND g.${isMarked} AND g.finished_at IS NOT NULL AND (
     a.state IN ('intent', 'unknown', 'accepted')
     OR (a.state <> 'done' AND a.operation IS NULL AND a.operation_hint IS NOT NULL))`,
  { operation: "a.operation" },
);

export const endedAndDeleted = `SELECT id FROM safelight_generations
     WHERE id = :id AND ${isMarked} AND finished_at IS NOT NULL AND deleted_at IS NOT NULL`;

/** Deletes the content of a generation that has both ended and been deleted, in either order. */
export const purge: readonly string[] = purgeOf(endedAndDeleted);

/**
 * Adds announcements of the end of a generation `g`, and of its refund, to the outbox for each target in `:announceTo`.
 *
 * @param dueAt an expression.
 */
export const announceEndOf = (condition: string, dueAt: string): string =>
  `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'announce_to_' || target.value,
     json_object('generationId', g.id, 'event', event.value, 'target', target.value), 0, ${dueAt}, ${dueAt}
   FROM safelight_generations g, json_each('["ended","refunded"]') event, json_each(:announceTo) target
   WHERE ${condition} AND g.finished_at IS NOT NULL AND (event.value = 'ended' OR g.refunded_credits > 0)`;

export const announceEnd = announceEndOf(`g.id = :id AND g.${isMarked}`, "g.touched_at");
