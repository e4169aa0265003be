import { shareOwnerStart } from "../text/advisory-locks.js";
import { defineHelper } from "../text/define-function.js";

/**
 * Initial sequence and log start of a new owner: beyond the sequence of every erased owner. An id may be used again, and
 * a tab that still follows the erased owner must not find its position in the new log.
 */
export const ownerStart = "coalesce((SELECT value::bigint FROM @settings WHERE name = 'owner_start'), 0)";

/**
 * Creates an owner unless it exists. The caller holds the lock of its name. Holds the shared lock of the owner start until
 * commit. Otherwise an erasure could raise the start first, a watcher of this id would begin at the higher start, and miss
 * the first changes of this owner.
 */
export const createOwnerIfMissing = defineHelper({
  name: "create_owner_if_missing",
  parameters: { ownerId: "text", at: "bigint" },
  returns: "void",
  body: `
  IF EXISTS (SELECT 1 FROM @owners WHERE id = :ownerId) THEN RETURN; END IF;
  ${shareOwnerStart};
  INSERT INTO @owners (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
  SELECT :ownerId, s.start, s.start, 0, 0, :at, :at FROM (SELECT ${ownerStart} AS start) s;`,
});
