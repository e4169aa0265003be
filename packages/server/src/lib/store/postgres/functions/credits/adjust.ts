import { hostKeyRetentionMs } from "../../../arguments/host-key.js";
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
      WHEN :amount < 0 THEN -least(v_account.initial, -v_moved)
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
    atMost: "flag",
    reason: "text",
    key: "text",
    keyHash: "text",
    initialGrant: "bigint",
    token: "text",
  },
  uses: [lockNames, createAccountIfMissing],
  declare: `
  v_now bigint; v_erased boolean; v_entry_amount bigint; v_entry_kind text; v_account record; v_initial bigint;
  v_moved bigint;`,
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
  IF v_entry_amount IS NULL AND NOT v_erased AND (:atMost = 1 OR v_account.balance + :amount >= 0)
    AND (:amount < 0 OR v_account.balance + :amount <= ${maxBalance} - ${possibleRefunds(":accountId")})
  THEN
    v_moved := CASE WHEN :atMost = 1 THEN greatest(:amount, -v_account.balance) ELSE :amount END;
    v_initial := ${initialPart};
    IF v_moved <> 0 THEN
      INSERT INTO @ledger_entries (account_id, kind, amount, initial, reason, key, key_hash, created_at)
      VALUES (:accountId, :kind, v_moved, v_initial, :reason, :key, :keyHash, v_now);
    ELSE
      -- A movement of nothing has no entry, and must not move credits that the account receives later.
      INSERT INTO @erased_entry_keys AS k (key_hash, kind, amount, expires_at)
      VALUES (:keyHash, :kind, 0, v_now + ${hostKeyRetentionMs})
      ON CONFLICT (key_hash) DO UPDATE SET kind = excluded.kind, amount = 0, expires_at = excluded.expires_at;
    END IF;
    UPDATE @accounts SET balance = balance + v_moved, initial = initial + v_initial, command_token = :token
    WHERE id = :accountId;
    RETURN json_build_object('balance', v_account.balance + v_moved, 'applied', 1, 'is_erased', 0,
      'entry_amount', v_moved, 'entry_kind', :kind);
  END IF;
  RETURN json_build_object('balance', coalesce(v_account.balance, 0), 'applied', (v_account.command_token = :token)::int,
    'is_erased', v_erased::int, 'entry_amount', v_entry_amount, 'entry_kind', v_entry_kind);`,
});
