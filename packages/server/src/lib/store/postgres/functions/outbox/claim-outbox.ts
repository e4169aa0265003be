import type { SqlRow } from "../../../rows/sql-row.js";
import { defineCommand } from "../../text/define-function.js";
import { elementsOf, listOf } from "../../text/list-of.js";
import { isItemTooFar, maxItemDelayMs } from "../../text/outbox-due.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Leases those items that are still due, except those that another command has locked. An item that is not confirmed is due
 * again, with a longer delay each time. A repeat returns what its token has claimed.
 *
 * Locks: the items. Skips locked ones.
 */
export const claimOutbox = defineCommand<readonly SqlRow[]>({
  name: "claim_outbox",
  parameters: { ...timeParameters, ids: "text", token: "text", leaseMs: "bigint" },
  declare: "v_now bigint; v_ids bigint[];",
  body: `
  v_ids := ${listOf(":ids", "bigint")};
  v_now := ${nowInFunction};
  WITH due AS MATERIALIZED (
    SELECT id FROM @outbox WHERE id = ANY (${elementsOf("v_ids")}) AND (due_at <= v_now OR ${isItemTooFar("v_now")})
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE @outbox SET token = :token, tries = tries + 1,
    due_at = v_now + least(:leaseMs * (1 << least(tries, 10)::int), ${maxItemDelayMs})
  WHERE id IN (SELECT due.id FROM due);
  RETURN (SELECT json_agg(q) FROM (
    SELECT id, topic, payload, tries, gate, capacity_until - v_now AS capacity_left,
      CASE WHEN gate IS NOT NULL THEN (SELECT g.parsed_input FROM @generations g WHERE g.id = generation_id) END AS input
    FROM @outbox WHERE id = ANY (${elementsOf("v_ids")}) AND token = :token ORDER BY id) q);`,
});
