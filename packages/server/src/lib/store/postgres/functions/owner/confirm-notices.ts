import { defineCommand } from "../../text/define-function.js";
import { listOf } from "../../text/list-of.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Marks notices as shown, also after the lease has expired.
 *
 * Locks: the generations that the claim holds.
 */
export const confirmNotices = defineCommand<null>({
  name: "confirm_notices",
  parameters: { ...timeParameters, ownerId: "text", claim: "text", ids: "text" },
  declare: "v_ids text[];",
  body: `
  v_ids := ARRAY(SELECT id FROM @generations
    WHERE id = ANY (${listOf(":ids")}) AND owner_id = :ownerId
      AND notice_claim = :claim AND noticed_at IS NULL
    ORDER BY id FOR NO KEY UPDATE);
  UPDATE @generations SET noticed_at = ${nowInFunction} WHERE id = ANY (v_ids);
  RETURN NULL;`,
});
