import { defineHelper } from "../text/define-function.js";

/**
 * Locks a generation, after its owner and its accounts, and returns its owner; null if it does not exist. A transfer or
 * an erasure may change owner and accounts during the wait. The command is then sent again, as SQLSTATE 40001 asks.
 */
export const lockGeneration = defineHelper({
  name: "lock_generation",
  parameters: {
    id: "text",
    /** Null for any owner. A generation of another owner counts as missing, and no row of that owner is locked. */
    ownerId: "text",
    /** Whether the command may write a change that the owner sees. */
    locksOwner: "flag",
    /** Whether the command may move credits. */
    locksAccounts: "flag",
  },
  returns: "text",
  declare: "v_before record; v_after record;",
  body: `
  SELECT owner_id, account_id, refund_account_id INTO v_before FROM @generations
  WHERE id = :id AND (:ownerId IS NULL OR owner_id = :ownerId);
  IF NOT FOUND THEN RETURN NULL; END IF;
  -- The rows of its owner and its accounts exist unless it has moved, which the last read finds.
  IF :locksOwner = 1 THEN
    PERFORM 1 FROM @owners WHERE id = v_before.owner_id FOR NO KEY UPDATE;
  END IF;
  IF :locksAccounts = 1 THEN
    PERFORM 1 FROM @accounts WHERE id IN (v_before.account_id, v_before.refund_account_id) ORDER BY id FOR NO KEY UPDATE;
  END IF;
  SELECT owner_id, account_id, refund_account_id INTO v_after FROM @generations WHERE id = :id FOR NO KEY UPDATE;
  IF v_after IS DISTINCT FROM v_before THEN
    RAISE EXCEPTION 'generation % moved to another owner or account', :id USING ERRCODE = '40001';
  END IF;
  RETURN v_after.owner_id;`,
});
