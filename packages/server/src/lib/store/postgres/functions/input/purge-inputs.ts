import { defineCommand } from "../../text/define-function.js";
import { deleteInputs } from "../../text/inputs.js";
import { listOf } from "../../text/list-of.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

const unused = "id = ANY (v_ids) AND used_at <= :unusedSince";

/**
 * Deletes those uploads that a read found unused, unless a submit has used them since, and their bytes. Returns how many
 * of the uploads are gone, also if another worker or the first send of this command deleted them.
 *
 * Locks: the uploads, by id.
 */
export const purgeInputs = defineCommand<number>({
  name: "purge_inputs",
  parameters: { ...timeParameters, ids: "text", unusedSince: "bigint" },
  declare: "v_now bigint; v_ids text[];",
  body: `
  v_ids := ${listOf(":ids")};
  PERFORM 1 FROM @inputs WHERE ${unused} ORDER BY id FOR NO KEY UPDATE;
  v_now := ${nowInFunction};
  ${deleteInputs(unused)};
  RETURN to_json(cardinality(v_ids) - (SELECT count(*) FROM @inputs WHERE id = ANY (v_ids)));`,
});
