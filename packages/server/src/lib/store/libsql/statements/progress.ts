import { workerVerdict } from "../guards/attempt-state.js";
import { allOf, mayMove, now } from "../guards/guards.js";
import { assignSequence } from "../guards/sequences.js";

/**
 * Assigns progress that the owner sees: it never decreases, the source `estimate` stays, and the latest preview replaces the
 * previous one.
 *
 * @param condition whether the command has progress.
 */
export const progressColumns = (condition: string): string =>
  `progress = CASE WHEN :progress > coalesce(progress, -1) THEN :progress ELSE progress END,
     progress_source = CASE progress_source WHEN 'estimate' THEN 'estimate'
       ELSE coalesce(:progressSource, progress_source) END,
     queue_position = CASE WHEN ${condition} THEN :queuePosition ELSE queue_position END,
     progress_at = CASE WHEN ${condition} THEN ${now} ELSE progress_at END,
     preview_key = coalesce(:previewKey, preview_key),
     preview_content_type = coalesce(:previewContentType, preview_content_type)`;

/** Deletes the old preview when a new one replaces it. Runs with the guards of the write, before the row changes. */
export const dropReplacedPreview = (guards: string): string =>
  `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'delete_objects', json_array(preview_key), 0, ${now}, ${now} FROM safelight_generations
   WHERE ${guards} AND :previewKey IS NOT NULL AND preview_key <> :previewKey`;

/** Conditions of a preview that was refused, or is no longer the latest. */
const unrecordedGuards = {
  generation: "id = :id",
  other: "preview_key IS NOT :previewKey",
};

/** Deletes a preview that the write has not recorded. Runs after it. */
export const dropUnrecordedPreview = `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'delete_objects', json_array(:previewKey), 0, ${now}, ${now} FROM safelight_generations
   WHERE ${allOf(unrecordedGuards)} AND :previewKey IS NOT NULL`;

/** Conditions of progress under the lease. The state does not change, so only the token identifies a repeat. */
const progressGuards = {
  generation: "id = :id",
  epoch: "epoch = :epoch",
  state: mayMove("recordProgress", "submitting"),
  once: "command_token <> :token",
};

/** Records progress during the paid request. Keeps the lease, and all columns that crash recovery depends on. */
export const recordProgressStatements: readonly string[] = [
  dropReplacedPreview(allOf(progressGuards)),

  `UPDATE safelight_generations
   SET command_token = :token, touched_at = ${now}, ${progressColumns("1 = 1")}, version = version + 1, sequence = NULL
   WHERE ${allOf(progressGuards)}`,

  dropUnrecordedPreview,

  ...assignSequence,
  workerVerdict,
];
