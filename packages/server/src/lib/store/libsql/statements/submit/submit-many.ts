import { turnMs } from "../../../rows/queue-turn.js";
import { allOf } from "../../guards/guards.js";
import { touchOwner, upsertOwner } from "../../guards/owner-start.js";
import { isTaken, takeMany } from "../host/host-placeholders.js";
import {
  allows,
  createAccount,
  expiresFirst,
  isScheduled,
  keyExpiresAt,
  nextTurn,
  rateTat,
  startsAt,
  submitGuards,
  submitStatements,
} from "./submit.js";

/** Ids of the generations whose credits the host holds. */
const heldIds = "SELECT value ->> 'id' FROM json_each(:items) WHERE value ->> 'hold' IS NOT NULL";

/** As for a single submit, except that all of `:count` generations must fit. `:charged` is the price of all without a hold. */
export const submitManyGuards = {
  ...submitGuards,
  rate: allows(`(${rateTat("owner")})`, { intervalMs: ":rateIntervalMs * :count", perMs: ":ratePerMs" }),
  // Stops counting at the limit.
  cap: `:maxActive IS NULL OR :count + (SELECT count(*) FROM (
    SELECT 1 FROM safelight_generations INDEXED BY safelight_generations_active
    WHERE owner_id = :ownerId AND finished_at IS NULL LIMIT :maxActive
  )) <= :maxActive`,
  hold: `:held = (SELECT count(*) FROM safelight_outbox WHERE hold_key IN (${heldIds}) AND tries = 0)`,
};

/** Matches the rows that this commit has inserted: until the last update, their sequences are above that of the owner. */
const fresh = `group_id = :groupId AND owner_id = :ownerId
     AND sequence > (SELECT sequence FROM safelight_owners WHERE id = :ownerId)`;

const isFresh = `EXISTS (SELECT 1 FROM safelight_generations WHERE ${fresh})`;

/**
 * One submit of several generations: all of them or none. The ids are the tokens of the command, and a repeat inserts
 * nothing. The last statement returns the row of the first generation.
 */
export const submitManyStatements: readonly string[] = [
  // Reads the time once; all statements below take it from this row.
  `UPDATE safelight_owners SET ${touchOwner} WHERE id = :ownerId`,

  takeMany,

  `INSERT INTO safelight_generations (
     id, owner_id, account_id, model, kind, scope, metadata, input, parsed_input, state, version, sequence, epoch,
     command_token, due_at, leased, woken, expired_leases, attempts, max_attempts, deadline_at, requested_outputs,
     storage_prefix, progress_source, credits, refunded_credits, drop_on_cancel, refunds, refund_interval_ms,
     group_id, gate, rank, turn, created_at, not_before, expires_at, started_deadline_at, hold, team_id, touched_at)
   SELECT
     item.value ->> 'id', owner.id, account.id, :model, :kind, :scope, :metadata, item.value ->> 'input',
     item.value ->> 'parsedInput', 'queued', 1, owner.sequence + 1 + item.key, 0,
     item.value ->> 'id', ${startsAt}, 0, 0, 0, 0, :maxAttempts,
     ${startsAt} + iif(${expiresFirst}, :expiresAfterMs, :deadlineMs), item.value ->> 'requestedOutputs',
     item.value ->> 'storagePrefix', 'none', item.value ->> 'credits', 0, :dropOnCancel, item.value ->> 'refunds',
     :refundIntervalMs, :groupId, :gate,
     ${nextTurn.of(":count")} + (item.key - coalesce(item.value ->> 'priority', 0)) * ${turnMs},
     ${nextTurn.counted("item.key")}, owner.touched_at, :notBefore, ${startsAt} + :expiresAfterMs,
     iif(${expiresFirst}, ${startsAt} + :deadlineMs, NULL), item.value ->> 'hold', :teamId, owner.touched_at
   FROM safelight_owners owner JOIN safelight_accounts account ON account.id = :accountId JOIN json_each(:items) item
   WHERE owner.id = :ownerId AND ${isTaken} AND ${allOf(submitManyGuards)}
   ON CONFLICT (id) DO NOTHING`,

  `INSERT INTO safelight_submissions (owner_id, key_hash, fingerprint, generation_id, expires_at)
   SELECT owner_id, :keyHash, :fingerprint, id, ${keyExpiresAt} FROM safelight_generations
   WHERE ${fresh} AND id = :id AND :keyHash IS NOT NULL
   ON CONFLICT (owner_id, key_hash) DO UPDATE SET
     fingerprint = excluded.fingerprint, generation_id = excluded.generation_id, expires_at = excluded.expires_at`,

  // The initial grant is spent first, on the first generations.
  `INSERT INTO safelight_ledger_entries (account_id, generation_id, kind, amount, initial, key, created_at)
   SELECT account_id, id, 'debit', -credits,
     -max(min(credits, (SELECT initial FROM safelight_accounts WHERE id = :accountId) - spent), 0),
     'gen:' || id || ':debit', created_at
   FROM (
     SELECT account_id, id, credits, created_at, sequence, sum(credits) OVER (ORDER BY sequence) - credits AS spent
     FROM (
       SELECT account_id, id, iif(hold IS NULL, credits, 0) AS credits, created_at, sequence
       FROM safelight_generations WHERE ${fresh}
     )
   ) ORDER BY sequence`,

  `UPDATE safelight_accounts
   SET balance = balance - :charged, initial = initial - min(initial, :charged),
     shared = max(shared, :ownerId <> :accountId)
   WHERE id = :accountId AND ${isFresh}`,

  // From now on the generations own their holds.
  `DELETE FROM safelight_outbox WHERE :held > 0 AND hold_key IN (${heldIds}) AND ${isFresh}`,

  // Comes last: afterwards, no row matches `fresh`.
  `UPDATE safelight_owners
   SET sequence = sequence + :count,
     turn_at = iif(${isScheduled("touched_at")}, turn_at,
       (SELECT rank FROM safelight_generations WHERE id = :id) + (:priority + :count - 1) * ${turnMs}),
     rate_tat = CASE WHEN :rateIntervalMs IS NULL THEN rate_tat
       ELSE (${rateTat("safelight_owners")}) + :rateIntervalMs * :count END
   WHERE id = :ownerId AND ${isFresh}`,

  ...submitStatements.slice(-1),
];

/** The first submit of an owner, or from an account, creates both in the same commit. */
export const firstSubmitManyStatements: readonly string[] = [upsertOwner, ...createAccount, ...submitManyStatements];
