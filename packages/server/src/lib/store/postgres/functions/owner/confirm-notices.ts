import { defineCommand } from "../../text/define-function.js";
import { listOf } from "../../text/list-of.js";
import { readTime, timeParameters } from "../../text/time.js";

/**
 * Marks generations as announced, even after the lease has expired: the notice was shown.
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
  UPDATE @generations SET noticed_at = ${readTime} WHERE id = ANY (v_ids);
  RETURN NULL;`,
});
