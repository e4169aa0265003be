import type { RemovedRow } from "../../../rows/owner-verdict.js";
import { defineCommand } from "../../text/define-function.js";
import { enqueuePrefixDeletion } from "../../text/outbox.js";
import { keepHashes, purgeOf } from "../../text/purge.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import { lockGeneration } from "../lock-generation.js";

/**
 * Deletes the content of an ended generation. The tombstone keeps the ledger entries, the key, the sequence and
 * the hashes of the outputs. Null if the owner has no such generation; a repeat returns the first deletion.
 *
 * Locks: the owner of the request, generation.
 */
export const remove = defineCommand<RemovedRow>({
  name: "remove",
  parameters: { ...timeParameters, ownerId: "text", id: "text" },
  uses: [lockGeneration],
  declare: "v_now bigint; v_gen record; v_sequence bigint;",
  body: `
  IF @${lockGeneration.name}(:id, :ownerId, 1::smallint, 0::smallint) IS NULL THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  SELECT g.finished_at, g.deleted_at, g.team_id INTO v_gen FROM @generations g WHERE g.id = :id;
  IF v_gen.finished_at IS NOT NULL AND v_gen.deleted_at IS NULL THEN
    UPDATE @owners SET sequence = sequence + 1 WHERE id = :ownerId RETURNING sequence INTO v_sequence;
    UPDATE @generations SET deleted_at = v_now, touched_at = v_now, version = version + 1, sequence = v_sequence
    WHERE id = :id;
    ${enqueuePrefixDeletion("id = :id", { at: "v_now" })};
    ${keepHashes("ARRAY[:id]")};
    ${purgeOf("ARRAY[:id]").join(";\n    ")};
    RETURN json_build_object('deleted_at', v_now, 'team_id', v_gen.team_id);
  END IF;
  RETURN json_build_object('deleted_at', v_gen.deleted_at, 'team_id', v_gen.team_id);`,
});
