import type { TransferredRow } from "../../../rows/owner-verdict.js";
import { defineCommand } from "../../text/define-function.js";
import { erasureParameters, isErased } from "../../text/erased.js";
import { refundTat } from "../../text/gcra.js";
import { maxBalance, possibleRefunds } from "../../text/max-balance.js";
import { nowInFunction, timeParameters } from "../../text/time.js";
import { createAccountIfMissing } from "../create-account-if-missing.js";
import { createOwnerIfMissing } from "../create-owner-if-missing.js";
import { lockNames } from "../lock-names.js";
import { transferKey } from "../resolve-debit.js";

/** Key of the two entries of this transfer. */
const key = `'${transferKey}' || :token`;

/** Whether one account could not hold both balances plus all possible refunds of either. */
const isTooMuch = `(SELECT coalesce(sum(balance), 0) FROM @accounts WHERE id IN (:from, :ownerId))
      + ${possibleRefunds(":from", ":ownerId")} > ${maxBalance}`;

/**
 * Whether to redirect the future refund of a generation to the new account, also that of an operator of a completed one.
 * `account_id` stays: the debit is already in its ledger.
 */
const isRedirected = `:movesCredits = 1 AND (g.finished_at IS NULL OR g.state = 'completed') AND coalesce(g.refund_account_id, g.account_id) = :from`;

/**
 * Transfers all data of `from` to `ownerId`, whose own account has the same id. Epochs and leases stay. An initial grant
 * stays, too: otherwise a user could collect one for each guest id. The token makes a repeat move the credits only once;
 * it moves the data that `from` has by then.
 *
 * Locks: both names, both owners, both accounts if credits move, the generations of `from`, its uploads. The set of its
 * generations cannot change while its owner is locked.
 */
export const transferOwner = defineCommand<TransferredRow & { readonly team_ids?: readonly string[] }>({
  name: "transfer_owner",
  parameters: {
    ...timeParameters,
    ...erasureParameters,
    from: "text",
    ownerId: "text",
    movesCredits: "flag",
    initialGrant: "bigint",
    token: "text",
  },
  uses: [lockNames, createOwnerIfMissing, createAccountIfMissing],
  declare: "v_now bigint; v_ids text[]; v_account record; v_purchased bigint; v_too_much boolean; v_sequence bigint;",
  body: `
  PERFORM @${lockNames.name}(:from, :ownerId);
  IF ${isErased} THEN RETURN json_build_object('is_erased', 1, 'is_shared', 0, 'is_too_much', 0); END IF;
  v_now := ${nowInFunction};
  PERFORM @${createOwnerIfMissing.name}(:ownerId, v_now);
  PERFORM 1 FROM @owners WHERE id IN (:from, :ownerId) ORDER BY id FOR NO KEY UPDATE;
  IF :movesCredits = 1 THEN
    PERFORM @${createAccountIfMissing.name}(:ownerId, :initialGrant, v_now);
    PERFORM 1 FROM @accounts WHERE id IN (:from, :ownerId) ORDER BY id FOR NO KEY UPDATE;
  END IF;
  v_ids := ARRAY(SELECT id FROM @generations WHERE owner_id = :from ORDER BY id FOR NO KEY UPDATE);
  PERFORM 1 FROM @inputs WHERE owner_id = :from ORDER BY id FOR NO KEY UPDATE;
  v_now := ${nowInFunction};

  IF :movesCredits = 1 THEN
    SELECT a.balance - a.initial AS purchased, a.shared INTO v_account FROM @accounts a WHERE a.id = :from;
    v_purchased := coalesce(v_account.purchased, 0);
    v_too_much := ${isTooMuch};
    IF v_account.shared = 1 OR v_too_much THEN
      RETURN json_build_object('is_erased', 0, 'is_shared', coalesce(v_account.shared, 0), 'is_too_much', v_too_much::int);
    END IF;
    IF v_purchased > 0 AND NOT EXISTS (SELECT 1 FROM @ledger_entries WHERE account_id = :from AND key = ${key}) THEN
      INSERT INTO @ledger_entries (account_id, kind, amount, reason, key, created_at) VALUES
        (:from, 'adjustment', -v_purchased, 'transferred', ${key}, v_now),
        (:ownerId, 'adjustment', v_purchased, 'transferred', ${key}, v_now);
      UPDATE @accounts SET balance = balance + (CASE id WHEN :from THEN -v_purchased ELSE v_purchased END)
      WHERE id IN (:from, :ownerId);
    END IF;
  END IF;

  IF cardinality(v_ids) > 0 THEN
    SELECT o.sequence INTO v_sequence FROM @owners o WHERE o.id = :ownerId;
    -- A generation that returns to the owner that paid needs no redirect.
    UPDATE @generations g SET owner_id = :ownerId, version = version + 1, sequence = v_sequence + n.number,
      refund_account_id = CASE WHEN ${isRedirected} THEN nullif(:ownerId, g.account_id) ELSE g.refund_account_id END
    FROM unnest(v_ids) WITH ORDINALITY n (id, number) WHERE g.id = n.id;
    -- The old owner keeps the keys, too: a late repeat returns a deleted generation, and is never paid for again.
    INSERT INTO @submissions (owner_id, key_hash, fingerprint, generation_id, expires_at)
    SELECT :ownerId, s.key_hash, s.fingerprint, s.generation_id, s.expires_at FROM @submissions s
    WHERE s.owner_id = :from AND s.generation_id = ANY (v_ids)
    ON CONFLICT (owner_id, key_hash) DO NOTHING;
    -- Signing in must not reset the limits.
    UPDATE @owners o SET sequence = o.sequence + cardinality(v_ids), touched_at = v_now,
      rate_tat = greatest(o.rate_tat, old.rate_tat), turn_at = greatest(o.turn_at, old.turn_at),
      refund_tat = greatest(${refundTat("o", "v_now")}, ${refundTat("old", "v_now")})
    FROM @owners old WHERE old.id = :from AND o.id = :ownerId;
    -- Transferred generations are missing from the log of the old owner: its followers must resync.
    UPDATE @owners SET sequence = sequence + 1, log_start = sequence + 1 WHERE id = :from;
  END IF;
  UPDATE @inputs SET owner_id = :ownerId WHERE owner_id = :from;
  RETURN json_build_object('is_erased', 0, 'is_shared', 0, 'is_too_much', 0,
    'team_ids', (SELECT coalesce(json_agg(DISTINCT team_id), '[]') FROM @generations WHERE id = ANY (v_ids) AND team_id IS NOT NULL));`,
});
