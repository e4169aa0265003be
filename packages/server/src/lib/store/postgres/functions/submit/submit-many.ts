import { turnMs } from "../../../rows/queue-turn.js";
import type { SubmittedRow } from "../../../rows/submit-verdict.js";
import { defineCommand } from "../../text/define-function.js";
import { isErased } from "../../text/erased.js";
import { activeIds, isOwnerAhead, rateTat, refundTat } from "../../text/gcra.js";
import { nowInFunction } from "../../text/time.js";
import { changeHostBalance } from "../change-host-balance.js";
import { createAccountIfMissing } from "../create-account-if-missing.js";
import { createOwnerIfMissing } from "../create-owner-if-missing.js";
import { lockNames } from "../lock-names.js";
import { allows, countedTurn, findKey, keyExpiresAt, lastTurn, nextTurn, submit, takeFromHostOr } from "./submit.js";

/** Stops counting at the limit. */
const isBelowCap = `(:maxActive IS NULL OR :count + (SELECT count(*) FROM (
    SELECT 1 FROM @generations g WHERE g.owner_id = :ownerId AND g.finished_at IS NULL LIMIT :maxActive) c) <= :maxActive)`;

/** Ids of the generations whose credits the host holds. */
const heldIds = `ARRAY(
        SELECT h.value ->> 'id' FROM json_array_elements(:items::json) h (value) WHERE h.value ->> 'hold' IS NOT NULL)`;

/** The data for every refusal. */
const refusal = `json_build_object('now', v_now, 'rate_tat', v_rate_tat, 'refund_tat', v_refund_tat, 'balance', v_balance,
    'submitted_id', v_submitted_id, 'fingerprint', v_fingerprint, 'is_own', (v_earlier.owner_id = :ownerId)::int,
    'sequence', v_earlier.sequence, 'created_at', v_earlier.created_at, 'rank', NULL, 'is_unchanged', 0,
    'is_erased', v_erased::int, 'active_ids', v_active_ids)`;

/**
 * One submit of several generations: all of them or none. The ids are the tokens of the command, and a repeat inserts
 * nothing. Returns the row of the first generation, with the id `:id`. `:charged` is the price of all without
 * a hold.
 *
 * Locks: owner, account, the items of the holds. A submit that creates one of them takes the locks of both names first.
 */
export const submitMany = defineCommand<SubmittedRow>({
  name: "submit_many",
  exclusiveBy: "accountId",
  parameters: { ...submit.parameters, groupId: "text", count: "bigint", held: "bigint", items: "text" },
  uses: [lockNames, createOwnerIfMissing, createAccountIfMissing, changeHostBalance],
  declare: `
  v_now bigint; v_owner record; v_account record; v_earlier record; v_exists boolean; v_creates boolean := false;
  v_balance bigint; v_sequence bigint; v_rate_tat float8; v_refund_tat float8; v_submitted_id text;
  v_fingerprint text; v_erased boolean; v_active_ids text; v_starts_at bigint; v_expires_first boolean;
  v_turn_at bigint; v_is_held boolean; v_rows bigint;`,
  body: `
  v_exists := EXISTS (SELECT 1 FROM @owners WHERE id = :ownerId) AND EXISTS (SELECT 1 FROM @accounts WHERE id = :accountId);
  IF NOT v_exists THEN
    PERFORM @${lockNames.name}(:ownerId, :accountId);
    v_now := ${nowInFunction};
    -- As in submit: a late repeat must not create an erased owner again.
    ${findKey}
    v_creates := v_submitted_id IS NULL AND NOT EXISTS (SELECT 1 FROM @generations WHERE id = :id) AND NOT ${isErased};
    IF v_creates THEN PERFORM @${createOwnerIfMissing.name}(:ownerId, v_now); END IF;
  END IF;
  SELECT o.id, o.sequence, o.rate_tat, o.refund_tat, o.touched_at INTO v_owner
  FROM @owners o WHERE o.id = :ownerId FOR NO KEY UPDATE;
  IF v_creates THEN PERFORM @${createAccountIfMissing.name}(:accountId, :initialGrant, v_now); END IF;
  SELECT a.id, a.balance, a.initial INTO v_account FROM @accounts a WHERE a.id = :accountId FOR NO KEY UPDATE;

  v_now := ${nowInFunction};
  v_balance := coalesce(v_account.balance, :initialGrant);
  v_rate_tat := coalesce(${rateTat("v_owner", "v_now")}, 0);
  v_refund_tat := coalesce(${refundTat("v_owner", "v_now")}, 0);
  -- The row of an earlier send of this command.
  SELECT g.owner_id, g.sequence, g.created_at INTO v_earlier FROM @generations g WHERE g.id = :id;
  IF v_earlier.owner_id IS NULL THEN
    ${findKey}
    v_erased := ${isErased};
    -- Locked, as in submit.
    v_is_held := :held = 0 OR :held = (SELECT count(*) FROM (
      SELECT 1 FROM @outbox WHERE hold_key = ANY (${heldIds}) AND tries = 0 ORDER BY id FOR UPDATE) h);
    IF ${isOwnerAhead("v_owner", "v_now")} THEN
      UPDATE @owners SET touched_at = v_now, refund_tat = v_refund_tat WHERE id = :ownerId;
    END IF;
    IF v_submitted_id IS NOT NULL OR v_erased
      OR NOT ${allows("v_rate_tat", { intervalMs: ":rateIntervalMs * :count", perMs: ":ratePerMs" })}
      OR NOT ${allows("greatest(v_refund_tat, v_now)", { intervalMs: ":refundIntervalMs", perMs: ":refundPerMs" })}
      OR NOT ${isBelowCap}
      OR v_balance < :charged
      OR NOT v_is_held
    THEN
      IF :maxActive IS NOT NULL THEN v_active_ids := ${activeIds}; END IF;
    ELSE
      -- Deleted since the first read, or its reason not to create them has gone: an expired key or mark.
      IF v_owner.id IS NULL OR v_account.id IS NULL THEN
        RAISE EXCEPTION 'the owner or the account is missing' USING ERRCODE = '40001';
      END IF;
      ${takeFromHostOr(refusal)}
      v_sequence := v_owner.sequence + :count;
      v_balance := v_balance - :charged;
      IF :rateIntervalMs IS NOT NULL THEN v_rate_tat := v_rate_tat + :rateIntervalMs * :count; END IF;
      v_turn_at := ${nextTurn(":count")};
      v_starts_at := greatest(v_now, :notBefore);
      v_expires_first := coalesce(:expiresAfterMs < :deadlineMs, false);
      INSERT INTO @generations (
        id, owner_id, account_id, model, kind, scope, metadata, input, parsed_input, state, version, sequence, epoch,
        command_token, due_at, leased, woken, expired_leases, attempts, max_attempts, deadline_at, requested_outputs,
        storage_prefix, progress_source, credits, refunded_credits, drop_on_cancel, refunds, refund_interval_ms,
        group_id, gate, rank, turn, created_at, not_before, expires_at, started_deadline_at, hold, team_id, touched_at)
      SELECT
        item.value ->> 'id', :ownerId, :accountId, :model, :kind, :scope, :metadata, item.value ->> 'input',
        item.value ->> 'parsedInput', 'queued', 1, v_owner.sequence + item.number, 0,
        item.value ->> 'id', v_starts_at, 0, 0, 0, 0, :maxAttempts,
        v_starts_at + CASE WHEN v_expires_first THEN :expiresAfterMs ELSE :deadlineMs END,
        (item.value ->> 'requestedOutputs')::bigint, item.value ->> 'storagePrefix', 'none',
        (item.value ->> 'credits')::bigint, 0, :dropOnCancel, item.value ->> 'refunds', :refundIntervalMs,
        :groupId, :gate,
        v_turn_at + (item.number - 1 - coalesce((item.value ->> 'priority')::bigint, 0)) * ${turnMs},
        ${countedTurn(`v_turn_at + (item.number - 1) * ${turnMs}`)}, v_now, :notBefore, v_starts_at + :expiresAfterMs,
        CASE WHEN v_expires_first THEN v_starts_at + :deadlineMs END, item.value ->> 'hold', :teamId, v_now
      FROM json_array_elements(:items::json) WITH ORDINALITY item (value, number) ORDER BY item.number;
      -- From now on the generations own their holds.
      IF :held > 0 THEN DELETE FROM @outbox WHERE hold_key = ANY (${heldIds}); END IF;
      IF :keyHash IS NOT NULL THEN
        INSERT INTO @submissions (owner_id, key_hash, fingerprint, generation_id, expires_at)
        VALUES (:ownerId, :keyHash, :fingerprint, :id, ${keyExpiresAt})
        ON CONFLICT (owner_id, key_hash) DO UPDATE SET
          fingerprint = excluded.fingerprint, generation_id = excluded.generation_id, expires_at = excluded.expires_at;
      END IF;
      -- The initial grant is spent first, on the first generations.
      INSERT INTO @ledger_entries (account_id, generation_id, kind, amount, initial, key, created_at)
      SELECT :accountId, spent.id, 'debit', -spent.credits,
        -greatest(least(spent.credits, v_account.initial - spent.before), 0), 'gen:' || spent.id || ':debit', v_now
      FROM (
        SELECT g.id, g.credits, g.sequence, sum(g.credits) OVER (ORDER BY g.sequence) - g.credits AS before
        FROM (
          SELECT id, sequence, CASE WHEN hold IS NULL THEN credits ELSE 0 END AS credits
          FROM @generations WHERE group_id = :groupId
        ) g
      ) spent ORDER BY spent.sequence;
      UPDATE @accounts SET balance = v_balance, initial = initial - least(:charged, initial),
        shared = greatest(shared, (:ownerId <> :accountId)::int)
      WHERE id = :accountId;
      UPDATE @owners SET sequence = v_sequence, touched_at = v_now, refund_tat = v_refund_tat,
        turn_at = ${lastTurn(`v_turn_at + (:count - 1) * ${turnMs}`)},
        rate_tat = CASE WHEN :rateIntervalMs IS NULL THEN rate_tat ELSE v_rate_tat END
      WHERE id = :ownerId;
      RETURN json_build_object('now', v_now, 'rate_tat', v_rate_tat, 'refund_tat', v_refund_tat, 'balance', v_balance,
        'submitted_id', NULL, 'fingerprint', NULL, 'is_own', 1, 'sequence', v_owner.sequence + 1, 'created_at', v_now,
        'rank', NULL, 'is_unchanged', 1, 'is_erased', NULL, 'active_ids', NULL);
    END IF;
  END IF;
  RETURN ${refusal};`,
});
