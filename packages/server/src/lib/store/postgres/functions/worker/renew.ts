import { defineCommand } from "../../text/define-function.js";
import { leaseEnd } from "../../text/due.js";
import { nowInFunction, timeParameters } from "../../text/time.js";

/**
 * Extends a lease for its holder. Returns whether it still holds the lease.
 *
 * Locks: the generation.
 */
export const renew = defineCommand<boolean>({
  name: "renew",
  parameters: { ...timeParameters, id: "text", epoch: "bigint", leaseMs: "bigint" },
  declare: "v_now bigint;",
  body: `
  -- A missing generation fails the condition of the update.
  PERFORM 1 FROM @generations WHERE id = :id FOR NO KEY UPDATE;
  v_now := ${nowInFunction};
  UPDATE @generations SET due_at = ${leaseEnd} WHERE id = :id AND epoch = :epoch AND leased = 1;
  RETURN to_json(FOUND);`,
});
