import type { RecordedInputRow } from "../../../rows/input-verdict.js";
import { lockUploads } from "../../text/advisory-locks.js";
import { defineCommand } from "../../text/define-function.js";
import { erasureParameters, isErased } from "../../text/erased.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import { nthNewest } from "../../text/upload-rate.js";

/**
 * Records an upload, and returns the wait until the next one. Its id is the command's token. The rate counts rows, which an
 * owner cannot delete early.
 *
 * Locks: the uploads of the owner, who may have no row. It orders this command with other uploads of the owner, which the
 * limits count, and with the erasure of the owner, which deletes all uploads that it finds.
 */
export const recordInput = defineCommand<RecordedInputRow>({
  name: "record_input",
  parameters: {
    ...timeParameters,
    ...erasureParameters,
    id: "text",
    ownerId: "text",
    storageKey: "text",
    contentType: "text",
    byteLength: "bigint",
    sha256: "text",
    width: "bigint",
    height: "bigint",
    durationMs: "bigint",
    newer: "bigint",
    perMs: "float8",
    maxOwnerBytes: "bigint",
  },
  declare: "v_now bigint; v_recorded boolean; v_erased boolean; v_full boolean; v_waits_from bigint;",
  body: `
  ${lockUploads};
  v_now := ${nowInFunction};
  v_recorded := EXISTS (SELECT 1 FROM @inputs WHERE id = :id);
  IF NOT v_recorded THEN
    v_erased := ${isErased};
    v_full := coalesce(:byteLength + (SELECT coalesce(sum(byte_length), 0) FROM @inputs WHERE owner_id = :ownerId) > :maxOwnerBytes, false);
    v_waits_from := ${nthNewest("v_now")};
    v_recorded := NOT v_erased AND NOT v_full AND (:newer IS NULL OR coalesce(v_waits_from, 0) <= v_now - :perMs);
    IF v_recorded THEN
      INSERT INTO @inputs (id, owner_id, storage_key, content_type, byte_length, sha256, width, height, duration_ms, created_at, used_at)
      VALUES (:id, :ownerId, :storageKey, :contentType, :byteLength, :sha256, :width, :height, :durationMs, v_now, v_now);
    END IF;
  END IF;
  RETURN json_build_object('is_recorded', v_recorded::int, 'is_erased', v_erased::int, 'is_full', v_full::int,
    'retry_after_ms', v_waits_from + :perMs - v_now);`,
});
