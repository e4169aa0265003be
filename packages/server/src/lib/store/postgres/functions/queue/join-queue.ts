import { maxJoinsPerClaim } from "../../../clock/due-rows.js";
import { defineCommand } from "../../text/define-function.js";
import { dueParameters, isDueAt } from "../../text/due.js";
import { hasNotJoined } from "../../text/queue/waiting.js";
import { nowInFunction } from "../../text/time.js";

/**
 * Puts the longest due generations without an attempt into the queue, where they wait at their rank.
 *
 * Locks: the generations. Skips locked ones.
 */
export const joinQueue = defineCommand<null>({
  name: "join_queue",
  parameters: dueParameters,
  declare: `v_now bigint := ${nowInFunction};`,
  body: `
  UPDATE @generations SET touched_at = v_now WHERE id = ANY (ARRAY(
    SELECT id FROM @generations WHERE ${hasNotJoined} AND ${isDueAt("v_now")}
    ORDER BY due_at LIMIT ${maxJoinsPerClaim} FOR NO KEY UPDATE SKIP LOCKED));
  RETURN NULL;`,
});
