import { maxScheduledTurns, turnMs } from "../../../rows/queue-turn.js";
import type { SubmittedRow } from "../../../rows/submit-verdict.js";
import { defineCommand } from "../../text/define-function.js";
import { erasureParameters, isErased } from "../../text/erased.js";
import { activeIds, isOwnerAhead, rateTat, refundTat } from "../../text/gcra.js";
import { isWaiting } from "../../text/queue/waiting.js";
import { confirmedTime, nowInFunction, timeParameters } from "../../text/time.js";
import { changeHostBalance } from "../change-host-balance.js";
import { createAccountIfMissing } from "../create-account-if-missing.js";
import { createOwnerIfMissing } from "../create-owner-if-missing.js";
import { lockNames } from "../lock-names.js";

/** The latest time in the last entries of the ledger. */
const ledgerTime =
  "(SELECT max(l.created_at) FROM (SELECT created_at FROM @ledger_entries ORDER BY id DESC LIMIT 10) l)";

/**
 * Expiry of a key: counted from the latest time in the ledger if this clock is behind it, and not before the stored
 * keys. Otherwise a key written by a clock far behind would be expired for every process with the right clock.
 */
export const keyExpiresAt = `greatest(greatest(v_now, coalesce(${ledgerTime}, 0)) + :keepMs,
    coalesce((SELECT max(expires_at) FROM @submissions), 0))`;

/** Reads the use of the key, unless it has expired. */
export const findKey = `SELECT s.generation_id, s.fingerprint INTO v_submitted_id, v_fingerprint FROM @submissions s
    WHERE s.owner_id = :ownerId AND s.key_hash = :keyHash AND s.expires_at > ${confirmedTime("v_now")};`;

/**
 * Whether GCRA allows one more request; its burst is the whole limit. The small constant absorbs rounding of a
 * fractional interval.
 */
export const allows = (
  tat: string,
  { intervalMs, perMs }: { readonly intervalMs: string; readonly perMs: string },
): string => `(${intervalMs} IS NULL OR ${tat} + ${intervalMs} <= v_now + ${perMs} + 0.001)`;

/** Stops counting at the limit. */
const isBelowCap = `(:maxActive IS NULL OR (SELECT count(*) FROM (
    SELECT 1 FROM @generations g WHERE g.owner_id = :ownerId AND g.finished_at IS NULL LIMIT :maxActive) c) < :maxActive)`;

/** The last turn of the owner's waiting generations. Running and ended ones, however many, do not count. */
const lastWaiting = `(
        SELECT turn FROM @generations WHERE owner_id = :ownerId AND owner_id > '' AND ${isWaiting}
        ORDER BY turn DESC LIMIT 1)`;

/** The data for every refusal. */
const refusal = `json_build_object('now', v_now, 'rate_tat', v_rate_tat, 'refund_tat', v_refund_tat, 'balance', v_balance,
    'submitted_id', v_submitted_id, 'fingerprint', v_fingerprint, 'is_own', (v_earlier.owner_id = :ownerId)::int,
    'sequence', v_earlier.sequence, 'created_at', v_earlier.created_at, 'rank', v_earlier.rank, 'is_unchanged', v_earlier.is_unchanged::int,
    'is_erased', v_erased::int, 'active_ids', v_active_ids)`;

/** Runs the host's statement on its own table. Refuses the submit if it changes no row. */
export const takeFromHostOr = (refused: string): string => `IF :takes = 1 THEN
        v_rows := @${changeHostBalance.name}(:take, :accountId, :taken, :id);
        IF v_rows > 1 THEN RAISE EXCEPTION 'credits.take must change one row of a table. It changed % rows.', v_rows; END IF;
        IF v_rows = 0 THEN RETURN ${refused}; END IF;
      END IF;`;

/**
 * The owner's next turn: after the last turn of the owner's waiting generations, or after now if that is later. A scheduled
 * generation gets the first turn after its start that no other scheduled generation of the owner has.
 *
 * @param count number of free turns that must follow each other.
 */
export const nextTurn = (
  count: string,
): string => `CASE WHEN :notBefore > v_now THEN (WITH RECURSIVE taken (at, number) AS (
        SELECT :notBefore - :topPriority * ${turnMs}, 0
        UNION ALL
        SELECT (
          SELECT max(g.rank) FROM @generations g
          WHERE g.owner_id = :ownerId AND g.not_before IS NOT NULL AND g.finished_at IS NULL
            AND g.rank > taken.at AND g.rank < taken.at + (${count} + 1) * ${turnMs}
        ), number + 1 FROM taken WHERE taken.at IS NOT NULL AND number < ${maxScheduledTurns}
      ) SELECT max(at) + :topPriority * ${turnMs} FROM taken)
      ELSE greatest(v_now, ${lastWaiting}) END + ${turnMs}`;

/** The turn from which later submits of the owner continue: 0 for a scheduled generation. */
export const countedTurn = (turn: string): string => `CASE WHEN :notBefore > v_now THEN 0 ELSE ${turn} END`;

/** The owner's last turn, which releases before migration 17 read. Scheduled generations do not move it. */
export const lastTurn = (turn: string): string => `CASE WHEN :notBefore > v_now THEN turn_at ELSE ${turn} END`;

/**
 * One submit: checks key, rate, cap and balance, and debits the credits, in the commit that inserts the generation. The
 * id of the generation is the token of the command. Returns the data for every refusal, as of this commit.
 *
 * Locks: owner, account, the item of the hold. A submit that creates one of them takes the locks of both names first.
 */
export const submit = defineCommand<SubmittedRow>({
  name: "submit",
  exclusiveBy: "accountId",
  parameters: {
    ...timeParameters,
    ...erasureParameters,
    id: "text",
    ownerId: "text",
    accountId: "text",
    teamId: "text",
    model: "text",
    kind: "text",
    scope: "text",
    metadata: "text",
    input: "text",
    parsedInput: "text",
    requestedOutputs: "bigint",
    storagePrefix: "text",
    credits: "bigint",
    charged: "bigint",
    hold: "text",
    takes: "flag",
    taken: "bigint",
    take: "text",
    dropOnCancel: "flag",
    refunds: "text",
    maxAttempts: "bigint",
    deadlineMs: "bigint",
    notBefore: "bigint",
    expiresAfterMs: "bigint",
    retryOf: "text",
    gate: "text",
    priority: "bigint",
    topPriority: "bigint",
    initialGrant: "bigint",
    keyHash: "text",
    fingerprint: "text",
    keepMs: "bigint",
    maxActive: "bigint",
    rateIntervalMs: "float8",
    ratePerMs: "float8",
    refundIntervalMs: "float8",
    refundPerMs: "float8",
  },
  uses: [lockNames, createOwnerIfMissing, createAccountIfMissing, changeHostBalance],
  declare: `
  v_now bigint; v_owner record; v_account record; v_earlier record; v_exists boolean; v_creates boolean := false;
  v_balance bigint; v_initial bigint; v_turn_at bigint; v_sequence bigint; v_rate_tat float8; v_refund_tat float8;
  v_submitted_id text; v_fingerprint text; v_erased boolean; v_active_ids text; v_starts_at bigint;
  v_expires_first boolean; v_is_held boolean; v_rows bigint;`,
  body: `
  v_exists := EXISTS (SELECT 1 FROM @owners WHERE id = :ownerId) AND EXISTS (SELECT 1 FROM @accounts WHERE id = :accountId);
  IF NOT v_exists THEN
    PERFORM @${lockNames.name}(:ownerId, :accountId);
    v_now := ${nowInFunction};
    -- Creates the owner only if this submit may be accepted: the checks below repeat under the locks. A key outlives its
    -- owner: a late repeat must not create an erased owner again, with another initial grant.
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
  SELECT g.owner_id, g.sequence, g.created_at, g.rank, g.version = 1 AND g.epoch = 0 AS is_unchanged INTO v_earlier
  FROM @generations g WHERE g.id = :id;
  IF v_earlier.owner_id IS NULL THEN
    ${findKey}
    v_erased := ${isErased};
    -- Locked: no worker can claim it to release it until this commit.
    v_is_held := :hold IS NULL OR :takes = 1 OR EXISTS (SELECT 1 FROM (
      SELECT 1 FROM @outbox WHERE hold_key = :id AND tries = 0 FOR UPDATE) h);
    IF ${isOwnerAhead("v_owner", "v_now")} THEN
      UPDATE @owners SET touched_at = v_now, refund_tat = v_refund_tat WHERE id = :ownerId;
    END IF;
    IF v_submitted_id IS NOT NULL OR v_erased
      OR NOT ${allows("v_rate_tat", { intervalMs: ":rateIntervalMs", perMs: ":ratePerMs" })}
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
      v_sequence := v_owner.sequence + 1;
      -- Deadline and expiry count from the earliest start. Until its first attempt, the earlier one is the deadline.
      v_starts_at := greatest(v_now, :notBefore);
      v_expires_first := coalesce(:expiresAfterMs < :deadlineMs, false);
      v_turn_at := ${nextTurn("1")};
      -- The initial grant is spent first.
      v_initial := least(:charged, v_account.initial);
      v_balance := v_balance - :charged;
      IF :rateIntervalMs IS NOT NULL THEN v_rate_tat := v_rate_tat + :rateIntervalMs; END IF;
      INSERT INTO @generations (
        id, owner_id, account_id, model, kind, scope, metadata, input, parsed_input, state, version, sequence, epoch,
        command_token, due_at, leased, woken, expired_leases, attempts, max_attempts, deadline_at, requested_outputs,
        storage_prefix, progress_source, credits, refunded_credits, drop_on_cancel, refunds, refund_interval_ms,
        retry_of, gate, rank, turn, created_at, not_before, expires_at, started_deadline_at, hold, team_id, touched_at)
      VALUES (
        :id, :ownerId, :accountId, :model, :kind, :scope, :metadata, :input, :parsedInput, 'queued', 1, v_sequence, 0,
        :id, v_starts_at, 0, 0, 0, 0, :maxAttempts,
        v_starts_at + CASE WHEN v_expires_first THEN :expiresAfterMs ELSE :deadlineMs END, :requestedOutputs,
        :storagePrefix, 'none', :credits, 0, :dropOnCancel, :refunds, :refundIntervalMs,
        :retryOf, :gate, v_turn_at - :priority * ${turnMs}, ${countedTurn("v_turn_at")},
        v_now, :notBefore, v_starts_at + :expiresAfterMs,
        CASE WHEN v_expires_first THEN v_starts_at + :deadlineMs END, :hold, :teamId, v_now);
      -- From now on the generation owns the hold: the outbox does not release it.
      IF :hold IS NOT NULL THEN DELETE FROM @outbox WHERE hold_key = :id; END IF;
      IF :keyHash IS NOT NULL THEN
        INSERT INTO @submissions (owner_id, key_hash, fingerprint, generation_id, expires_at)
        VALUES (:ownerId, :keyHash, :fingerprint, :id, ${keyExpiresAt})
        ON CONFLICT (owner_id, key_hash) DO UPDATE SET
          fingerprint = excluded.fingerprint, generation_id = excluded.generation_id, expires_at = excluded.expires_at;
      END IF;
      INSERT INTO @ledger_entries (account_id, generation_id, kind, amount, initial, key, created_at)
      VALUES (:accountId, :id, 'debit', -:charged, -v_initial, 'gen:' || :id || ':debit', v_now);
      UPDATE @accounts SET balance = v_balance, initial = initial - v_initial,
        shared = greatest(shared, (:ownerId <> :accountId)::int)
      WHERE id = :accountId;
      UPDATE @owners SET sequence = v_sequence, touched_at = v_now, refund_tat = v_refund_tat, turn_at = ${lastTurn("v_turn_at")},
        rate_tat = CASE WHEN :rateIntervalMs IS NULL THEN rate_tat ELSE v_rate_tat END
      WHERE id = :ownerId;
      RETURN json_build_object('now', v_now, 'rate_tat', v_rate_tat, 'refund_tat', v_refund_tat, 'balance', v_balance,
        'submitted_id', NULL, 'fingerprint', NULL, 'is_own', 1, 'sequence', v_sequence, 'created_at', v_now,
        'rank', v_turn_at - :priority * ${turnMs}, 'is_unchanged', 1, 'is_erased', NULL, 'active_ids', NULL);
    END IF;
  END IF;
  RETURN ${refusal};`,
});
