import type { GenerationRow } from "../../../rows/generation-row.js";
import { generationColumns } from "../../reads/generation-columns.js";
import { defineCommand } from "../../text/define-function.js";
import { listOf } from "../../text/list-of.js";
import { isNoticeFree, needsNotice, noticeParameters } from "../../text/notices.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Leases the candidates that are still free to a claim. A repeat with the same claim returns the generations that it
 * holds already.
 *
 * Locks: the generations.
 */
export const claimNotices = defineCommand<readonly GenerationRow[]>({
  name: "claim_notices",
  parameters: { ...timeParameters, ...noticeParameters, ids: "text" },
  declare: "v_now bigint; v_ids text[];",
  body: `
  v_ids := ARRAY(SELECT id FROM @generations
    WHERE id = ANY (${listOf(":ids")}) AND owner_id = :ownerId
    ORDER BY id FOR NO KEY UPDATE);
  v_now := ${nowInFunction};
  UPDATE @generations g SET notice_claim = :claim, notice_until = v_now + :leaseMs
  WHERE g.id = ANY (v_ids) AND ${needsNotice("v_now")} AND ${isNoticeFree("v_now")};
  RETURN (SELECT json_agg(q) FROM (
    SELECT ${generationColumns} FROM @generations g
    WHERE g.id = ANY (v_ids) AND g.owner_id = :ownerId AND g.notice_claim = :claim AND g.notice_until > v_now
      AND g.noticed_at IS NULL AND g.seen_at IS NULL AND g.deleted_at IS NULL
    ORDER BY g.id DESC) q);`,
});
