import { defineHelper } from "../text/define-function.js";
import { announceEnd, enqueueCancels, enqueueObjectDeletion, enqueuePrefixDeletion } from "../text/outbox.js";
import { purgeOf } from "../text/purge.js";

/**
 * The follow-up work of an end, in the same commit: cancels every job that may still run, announces the end and its
 * refund to each target, and deletes unused objects. Of a generation that was deleted before its end, deletes all
 * objects and the content. Call it when the generation has its final columns but for the preview, and its attempt, too.
 */
export const endSideEffects = defineHelper({
  name: "end_side_effects",
  parameters: { id: "text", announceTo: "text", at: "bigint" },
  returns: "void",
  declare: "v_gen record;",
  body: `
  SELECT g.state, g.attempts, g.refunded_credits, g.preview_key, g.deleted_at INTO v_gen
  FROM @generations g WHERE g.id = :id;
  IF v_gen.attempts > 0 THEN
    ${enqueueCancels({
      from: `@generations g JOIN @attempts a ON a.generation_id = g.id
      WHERE g.id = :id AND (a.state IN ('intent', 'unknown', 'accepted')
        OR (a.state <> 'done' AND a.operation IS NULL AND a.operation_hint IS NOT NULL))`,
      operation: "a.operation",
      at: ":at",
    })};
  END IF;
  ${announceEnd({ refundedCredits: "v_gen.refunded_credits", at: ":at" })};
  IF v_gen.state = 'completed' AND v_gen.preview_key IS NOT NULL THEN
    ${enqueueObjectDeletion("v_gen.preview_key", ":at")};
  END IF;
  IF v_gen.state <> 'completed' OR v_gen.deleted_at IS NOT NULL THEN
    ${enqueuePrefixDeletion("id = :id", { at: ":at" })};
  END IF;
  IF v_gen.preview_key IS NOT NULL THEN
    UPDATE @generations SET preview_key = NULL, preview_content_type = NULL WHERE id = :id;
  END IF;
  IF v_gen.deleted_at IS NOT NULL THEN
    ${purgeOf("ARRAY[:id]").join(";\n    ")};
  END IF;`,
});
