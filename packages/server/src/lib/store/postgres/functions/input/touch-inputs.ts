import type { InputRecord } from "../../../../ports/store/input-store.js";
import { defineCommand } from "../../text/define-function.js";
import { inputColumns } from "../../text/inputs.js";
import { listOf } from "../../text/list-of.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

const ofOwner = "id = ANY (v_ids) AND owner_id = :ownerId";

/**
 * Marks uploads of the owner as used now, and returns them. A purge of one of them ends first, or finds it used.
 *
 * Locks: the uploads, by id.
 */
export const touchInputs = defineCommand<readonly InputRecord[]>({
  name: "touch_inputs",
  parameters: { ...timeParameters, ownerId: "text", ids: "text", usedInMs: "bigint" },
  declare: "v_now bigint; v_ids text[];",
  body: `
  v_ids := ${listOf(":ids")};
  PERFORM 1 FROM @inputs WHERE ${ofOwner} ORDER BY id FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  v_now := ${nowInFunction};
  UPDATE @inputs SET used_at = greatest(used_at, v_now + :usedInMs) WHERE ${ofOwner};
  RETURN (SELECT json_agg(q) FROM (SELECT ${inputColumns} FROM @inputs WHERE ${ofOwner} ORDER BY id) q);`,
});
