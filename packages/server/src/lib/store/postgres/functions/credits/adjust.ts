import type { AdjustedRow } from "../../../rows/adjust-verdict.js";
import { defineCommand } from "../../text/define-function.js";
import { erasureParameters, isErased } from "../../text/erased.js";
import { isHostEntry } from "../../text/host-entries.js";
import { maxBalance, possibleRefunds } from "../../text/max-balance.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import { createAccountIfMissing } from "../create-account-if-missing.js";
import { lockNames } from "../lock-names.js";

/**
 * The part of an adjustment that belongs to the initial grant. A debit uses up the initial grant first, and a later
 * credit restores it first. Otherwise an owner could spend and return an initial grant to make it transferable. Grants of
 * the host have no initial part.
 */
const initialPart = `CASE
      WHEN :amount < 0 THEN -least(v_account.initial, -:amount)
      WHEN :kind = 'adjustment' THEN least(:amount, (
        SELECT coalesce(-sum(l.initial), 0) FROM @ledger_entries l WHERE l.account_id = :accountId AND ${isHostEntry}))
      ELSE 0 END`;

/**
 * Moves credits once per key, and creates the account first. The account keeps the token of its latest adjustment, so
 * that a repeat of the command returns the first verdict.
 *
 * Locks: the name of the account, which every adjustment of the account takes; then the account.
 */
export const adjust = defineCommand<AdjustedRow>({
  name: "adjust",
  parameters: {
    ...timeParameters,
    ...erasureParameters,
    accountId: "text",
    kind: "text",
    amount: "bigint",
    reason: "text",
    key: "text",
    keyHash: "text",
    initialGrant: "bigint",
    token: "text",
  },
  uses: [lockNames, createAccountIfMissing],
  declare: `
  v_now bigint; v_erased boolean; v_entry_amount bigint; v_entry_kind text; v_account record; v_initial bigint;`,
  body: `
  PERFORM @${lockNames.name}(:accountId, NULL);
  v_now := ${nowInFunction};
  v_erased := ${isErased};
  SELECT l.amount, l.kind INTO v_entry_amount, v_entry_kind FROM @ledger_entries l
  WHERE l.account_id = :accountId AND l.key = :key;
  IF NOT FOUND THEN
    -- An entry of an erased account.
    SELECT k.amount, k.kind INTO v_entry_amount, v_entry_kind FROM @erased_entry_keys k
    WHERE k.key_hash = :keyHash AND k.expires_at > v_now;
  END IF;
  IF v_entry_amount IS NULL AND NOT v_erased THEN PERFORM @${createAccountIfMissing.name}(:accountId, :initialGrant, v_now); END IF;
  SELECT a.balance, a.initial, a.command_token INTO v_account FROM @accounts a WHERE a.id = :accountId FOR NO KEY UPDATE;
  v_now := ${nowInFunction};
  IF v_entry_amount IS NULL AND NOT v_erased AND v_account.balance + :amount >= 0
    AND (:amount < 0 OR v_account.balance + :amount <= ${maxBalance} - ${possibleRefunds(":accountId")})
  THEN
    v_initial := ${initialPart};
    INSERT INTO @ledger_entries (account_id, kind, amount, initial, reason, key, key_hash, created_at)
    VALUES (:accountId, :kind, :amount, v_initial, :reason, :key, :keyHash, v_now);
    UPDATE @accounts SET balance = balance + :amount, initial = initial + v_initial, command_token = :token
    WHERE id = :accountId;
    RETURN json_build_object('balance', v_account.balance + :amount, 'applied', 1, 'is_erased', 0,
      'entry_amount', :amount, 'entry_kind', :kind);
  END IF;
  RETURN json_build_object('balance', coalesce(v_account.balance, 0), 'applied', (v_account.command_token = :token)::int,
    'is_erased', v_erased::int, 'entry_amount', v_entry_amount, 'entry_kind', v_entry_kind);`,
});
