import { defineHelper } from "../text/define-function.js";

/** Creates an account with its initial grant unless it exists. The caller holds the lock of its name. */
export const createAccountIfMissing = defineHelper({
  name: "create_account_if_missing",
  parameters: { accountId: "text", initialGrant: "bigint", at: "bigint" },
  returns: "void",
  body: `
  IF EXISTS (SELECT 1 FROM @accounts WHERE id = :accountId) THEN RETURN; END IF;
  INSERT INTO @accounts (id, balance, initial, created_at) VALUES (:accountId, :initialGrant, :initialGrant, :at);
  IF :initialGrant > 0 THEN
    INSERT INTO @ledger_entries (account_id, kind, amount, initial, reason, key, created_at)
    VALUES (:accountId, 'grant', :initialGrant, :initialGrant, 'initial', 'initial', :at);
  END IF;`,
});
