import { takeSequence, workerVerdict } from "../guards/follow-ups.js";
import { allOf, mayMove, now } from "../guards/guards.js";

/**
 * What an owner is told on the way: progress never goes back, a guess stays one, and the newest preview counts.
 *
 * @param condition whether there is anything to tell.
 */
export const tellProgress = (condition: string): string =>
  `progress = CASE WHEN :progress > coalesce(progress, -1) THEN :progress ELSE progress END,
     progress_source = CASE progress_source WHEN 'estimate' THEN 'estimate'
       ELSE coalesce(:progressSource, progress_source) END,
     queue_position = CASE WHEN ${condition} THEN :queuePosition ELSE queue_position END,
     progress_at = CASE WHEN ${condition} THEN ${now} ELSE progress_at END,
     preview_key = coalesce(:previewKey, preview_key),
     preview_content_type = coalesce(:previewContentType, preview_content_type)`;

/** The old preview goes when a new one comes; the guards of the write decide, before the row changes. */
export const dropReplacedPreview = (guards: string): string =>
  `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'delete_objects', json_array(preview_key), 0, ${now}, ${now} FROM safelight_generations
   WHERE ${guards} AND :previewKey IS NOT NULL AND preview_key <> :previewKey`;

/** A preview that came too late to be recorded is nobody's. */
export const dropPreviewWhere = (condition: string): string =>
  `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'delete_objects', json_array(:previewKey), 0, ${now}, ${now} FROM safelight_generations
   WHERE ${condition} AND :previewKey IS NOT NULL`;

/** Conditions of progress under the lease. It changes no state, so a repeat is known by its token only. */
const progressGuards = {
  generation: "id = :id",
  epoch: "epoch = :epoch",
  state: mayMove("recordProgress", "submitting"),
  once: "command_token <> :token",
};

/** Conditions of a preview that was refused, or is not the newest any more. */
const unrecordedGuards = {
  generation: "id = :id",
  other: "preview_key IS NOT :previewKey",
};

/** While the paid request is on its way. The lease stays, and so does everything that a crash is judged by. */
export const recordProgressStatements: readonly string[] = [
  dropReplacedPreview(allOf(progressGuards)),

  `UPDATE safelight_generations
   SET command_token = :token, touched_at = ${now}, ${tellProgress("1 = 1")}, version = version + 1, sequence = NULL
   WHERE ${allOf(progressGuards)}`,

  dropPreviewWhere(allOf(unrecordedGuards)),

  ...takeSequence,
  workerVerdict,
];
