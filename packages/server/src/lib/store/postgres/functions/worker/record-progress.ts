import { defineCommand } from "../../text/define-function.js";
import { mayMove } from "../../text/literals.js";
import { enqueueObjectDeletion } from "../../text/outbox.js";
import { dropRefusedPreview, progressColumns, progressParameters } from "../../text/progress.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import type { AppliedRow } from "../applied-row.js";
import { lockGeneration } from "../lock-generation.js";

/**
 * Records progress during the paid request. Keeps the lease, and all columns that crash recovery depends on. Deletes the
 * preview that a new one replaces, and a preview that is refused.
 *
 * Locks: the owner, then the generation.
 */
export const recordProgress = defineCommand<AppliedRow>({
  name: "record_progress",
  parameters: { ...timeParameters, ...progressParameters, id: "text", epoch: "bigint", token: "text" },
  uses: [lockGeneration],
  declare: "v_now bigint; v_owner text; v_gen record; v_sequence bigint;",
  body: `
  v_owner := @${lockGeneration.name}(:id, NULL, 1::smallint, 0::smallint);
  IF v_owner IS NULL THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  SELECT g.state, g.epoch, g.command_token, g.preview_key INTO v_gen FROM @generations g WHERE g.id = :id;
  IF v_gen.command_token = :token THEN RETURN json_build_object('owner_id', v_owner); END IF;
  IF v_gen.epoch <> :epoch OR NOT ${mayMove("v_gen.state", { command: "recordProgress", to: "submitting" })} THEN
    ${dropRefusedPreview}
    RETURN NULL;
  END IF;
  IF :previewKey IS NOT NULL AND v_gen.preview_key <> :previewKey THEN
    ${enqueueObjectDeletion("v_gen.preview_key", "v_now")};
  END IF;
  UPDATE @owners SET sequence = sequence + 1 WHERE id = v_owner RETURNING sequence INTO v_sequence;
  UPDATE @generations SET command_token = :token, touched_at = v_now, ${progressColumns("true")},
    version = version + 1, sequence = v_sequence
  WHERE id = :id;
  RETURN json_build_object('owner_id', v_owner);`,
});
