import { enqueueObjectDeletion } from "./outbox.js";
import type { Parameters } from "./parameters.js";

export const progressParameters = {
  progress: "float8",
  progressSource: "text",
  queuePosition: "bigint",
  previewKey: "text",
  previewContentType: "text",
} as const satisfies Parameters;

/**
 * Assigns progress that the owner sees: it never decreases, the source `estimate` stays, and the latest preview replaces
 * the previous one.
 *
 * @param condition whether the command has progress.
 */
export const progressColumns = (condition: string): string =>
  `progress = CASE WHEN :progress > coalesce(progress, -1) THEN :progress ELSE progress END,
      progress_source = CASE progress_source WHEN 'estimate' THEN 'estimate' ELSE coalesce(:progressSource, progress_source) END,
      queue_position = CASE WHEN ${condition} THEN :queuePosition ELSE queue_position END,
      progress_at = CASE WHEN ${condition} THEN v_now ELSE progress_at END,
      preview_key = coalesce(:previewKey, preview_key),
      preview_content_type = coalesce(:previewContentType, preview_content_type)`;

/** Deletes a preview that the command does not record. Its key is unique, so a repeat finds it replaced, or keeps it. */
export const dropRefusedPreview = `IF :previewKey IS NOT NULL AND v_gen.preview_key IS DISTINCT FROM :previewKey THEN
      ${enqueueObjectDeletion(":previewKey", "v_now")};
    END IF;`;
