import { defineCommand } from "../../text/define-function.js";
import { listOf } from "../../text/list-of.js";
import { isUnclaimed } from "../../text/outbox-due.js";
import { confirmedTime, nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Deletes those items that no worker has claimed since a read found them. Returns the ids that still exist, so that a
 * repeat returns the same.
 *
 * Locks: the items. Skips locked ones: a worker claims them.
 */
export const dropUnclaimedOutbox = defineCommand<readonly number[]>({
  name: "drop_unclaimed_outbox",
  parameters: { ...timeParameters, ids: "text" },
  declare: "v_now bigint; v_confirmed bigint; v_ids bigint[];",
  body: `
  v_ids := ${listOf(":ids", "bigint")};
  v_now := ${nowInFunction};
  v_confirmed := ${confirmedTime("v_now")};
  DELETE FROM @outbox WHERE id = ANY (ARRAY(
    SELECT id FROM @outbox WHERE id = ANY (v_ids) AND ${isUnclaimed("v_confirmed")}
    ORDER BY id FOR UPDATE SKIP LOCKED));
  RETURN (SELECT json_agg(id) FROM @outbox WHERE id = ANY (v_ids));`,
});
