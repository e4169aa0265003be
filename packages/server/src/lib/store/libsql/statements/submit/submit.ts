import { maxScheduledTurns, turnMs } from "../../../rows/queue-turn.js";
import { isErased } from "../../guards/erased-owners.js";
import { allOf, confirmedNow, now } from "../../guards/guards.js";
import { refundTat, touchOwner, upsertOwner } from "../../guards/owner-start.js";
import { isWaiting } from "../../guards/waiting.js";
import { isTaken, take } from "../host/host-placeholders.js";

/**
 * GCRA's theoretical arrival time of the rate, at least now. An accepted submit sets it at most one window ahead. A
 * later value comes from a clock that was ahead, and counts as now.
 */
export const rateTat = (owner: string, at = `${owner}.touched_at`): string =>
  `CASE WHEN ${owner}.rate_tat > ${at} + :ratePerMs + 1 THEN ${at} ELSE max(${owner}.rate_tat, ${at}) END`;

/**
 * Whether GCRA allows one more request; its burst is the whole limit. The small constant absorbs rounding of a
 * fractional interval.
 */
export function allows(
  tat: string,
  { intervalMs, perMs }: { readonly intervalMs: string; readonly perMs: string },
): string {
  return `${intervalMs} IS NULL
    OR ${tat} + ${intervalMs} <= owner.touched_at + ${perMs} + 0.001`;
}

/** Conditions of a submit, in the order of the reported refusals. */
export const submitGuards = {
  key: `:keyHash IS NULL OR NOT EXISTS (
    SELECT 1 FROM safelight_submissions s
    WHERE s.owner_id = :ownerId AND s.key_hash = :keyHash AND s.expires_at > ${confirmedNow})`,
  rate: allows(`(${rateTat("owner")})`, { intervalMs: ":rateIntervalMs", perMs: ":ratePerMs" }),
  refundBudget: allows("max(owner.refund_tat, owner.touched_at)", {
    intervalMs: ":refundIntervalMs",
    perMs: ":refundPerMs",
  }),
  // Stops counting at the limit. Without the hint, SQLite would read all generations of the owner.
  cap: `:maxActive IS NULL OR (SELECT count(*) FROM (
    SELECT 1 FROM safelight_generations INDEXED BY safelight_generations_active
    WHERE owner_id = :ownerId AND finished_at IS NULL LIMIT :maxActive
  )) < :maxActive`,
  balance: "account.balance >= :charged",
  hold: ":hold IS NULL OR :takes = 1 OR EXISTS (SELECT 1 FROM safelight_outbox WHERE hold_key = :id AND tries = 0)",
  notErased: `NOT ${isErased}`,
};

/** The earliest start. Deadline and expiry count from it. */
export const startsAt = "max(owner.touched_at, coalesce(:notBefore, 0))";

/** Until its first attempt, a generation has the earlier one of its deadline and its expiry as the deadline. */
export const expiresFirst = ":expiresAfterMs < :deadlineMs";

/** The last turn of the owner's waiting generations, 0 if none has one. Running and ended ones, however many, do not count. */
const lastWaiting = `coalesce((
     SELECT turn FROM safelight_generations INDEXED BY safelight_generations_owner_waiting
     WHERE owner_id = :ownerId AND ${isWaiting} ORDER BY turn DESC LIMIT 1), 0)`;

/** Whether a submit at `at` starts later. Its turns count from its start, and do not move those of other submits. */
export const isScheduled = (at: string): string => `coalesce(:notBefore, 0) > ${at}`;

/**
 * The last turn before the first free ones of the owner's scheduled generations: one index step for each that is taken.
 *
 * @param count number of free turns that must follow each other.
 */
const lastScheduled = (count: string): string => `(WITH RECURSIVE taken(at, number) AS (
     SELECT :notBefore - :topPriority * ${turnMs}, 0
     UNION ALL
     SELECT (
       SELECT max(rank) FROM safelight_generations INDEXED BY safelight_generations_scheduled
       WHERE owner_id = :ownerId AND not_before IS NOT NULL AND finished_at IS NULL
         AND rank > taken.at AND rank < taken.at + (${count} + 1) * ${turnMs}
     ), number + 1 FROM taken WHERE taken.at IS NOT NULL AND number < ${maxScheduledTurns}
   ) SELECT max(at) + :topPriority * ${turnMs} FROM taken)`;

const nextWaiting = `max(owner.touched_at, ${lastWaiting}) + ${turnMs}`;

export const nextTurn = {
  /**
   * The owner's next turn: after the last turn of the owner's waiting generations, or after now if that is later. The turn of a
   * scheduled generation follows its start.
   */
  of: (count: string): string =>
    `iif(${isScheduled("owner.touched_at")}, ${lastScheduled(count)} + ${turnMs}, ${nextWaiting})`,
  /** A later turn, from which later submits of the owner continue: 0 for a scheduled generation. */
  counted: (later: string): string =>
    `iif(${isScheduled("owner.touched_at")}, 0, ${nextWaiting} + ${later} * ${turnMs})`,
};

/** Up to `:maxActive` active generations, newest first. */
const activeIds = `SELECT json_group_array(id) FROM (
         SELECT id FROM safelight_generations WHERE owner_id = :ownerId AND finished_at IS NULL
         ORDER BY id DESC LIMIT :maxActive
       )`;

/** Matches the row that this commit has inserted: until the last update, its sequence is above that of the owner. */
const fresh = `id = :id AND owner_id = :ownerId
     AND sequence > (SELECT sequence FROM safelight_owners WHERE id = :ownerId)`;

const isFresh = `EXISTS (SELECT 1 FROM safelight_generations WHERE ${fresh})`;

/** Whether an owner with another id has paid from an account. */
export const isShared = (accountId: string): string =>
  `EXISTS (SELECT 1 FROM safelight_accounts WHERE id = ${accountId} AND shared = 1)`;

/**
 * Creates the account with its initial grant on its first command. Needs `:accountId`, `:initialGrant`.
 *
 * @param condition in SQL: creates nothing if it is false.
 */
export const createAccountWhere = (condition: string): readonly string[] => [
  `INSERT INTO safelight_ledger_entries (account_id, kind, amount, initial, reason, key, created_at)
   SELECT :accountId, 'grant', :initialGrant, :initialGrant, 'initial', 'initial', ${now}
   WHERE :initialGrant > 0 AND NOT EXISTS (SELECT 1 FROM safelight_accounts WHERE id = :accountId) AND ${condition}`,
  `INSERT INTO safelight_accounts (id, balance, initial, created_at)
   SELECT :accountId, :initialGrant, :initialGrant, ${now} WHERE ${condition}
   ON CONFLICT (id) DO NOTHING`,
];

/** Creates the account unless the request began before its erasure. */
export const createAccount: readonly string[] = createAccountWhere(`NOT ${isErased}`);

/**
 * The latest time in the last entries of the ledger. The first submit from an account has added an entry of its own.
 */
const ledgerTime = `SELECT max(created_at) FROM safelight_ledger_entries
     WHERE id > (SELECT max(id) FROM safelight_ledger_entries) - 10`;

/**
 * Expiry of a key: counted from the latest time in the ledger if this clock is behind it, and not before the stored
 * keys. Otherwise a key written by a clock far behind would be expired for every process with the right clock.
 */
export const keyExpiresAt = `max(max(created_at, coalesce((${ledgerTime}), 0)) + :keepMs,
     coalesce((SELECT max(expires_at) FROM safelight_submissions), 0))`;

/**
 * One submit: checks key, rate, cap and balance, and debits the credits, in the commit that inserts the generation. The
 * generation's id is the command's token. Without an owner or account, it writes nothing, and returns only the verdict of a
 * repeat: generations and keys outlive their owner, and a repeat must not create an erased owner with another initial grant.
 *
 * @param where a further condition.
 */
export const submitWith = (where: string): readonly string[] => [
  // Reads the time once; all statements below take it from this row.
  `UPDATE safelight_owners SET ${touchOwner} WHERE id = :ownerId`,

  take,

  `INSERT INTO safelight_generations (
     id, owner_id, account_id, model, kind, scope, metadata, input, parsed_input, state, version, sequence, epoch,
     command_token, due_at, leased, woken, expired_leases, attempts, max_attempts, deadline_at, requested_outputs,
     storage_prefix, progress_source, credits, refunded_credits, drop_on_cancel, refunds, refund_interval_ms,
     retry_of, gate, rank, turn, created_at, not_before, expires_at, started_deadline_at, hold, team_id, touched_at)
   SELECT
     :id, owner.id, account.id, :model, :kind, :scope, :metadata, :input, :parsedInput, 'queued', 1, owner.sequence + 1, 0,
     :id, ${startsAt}, 0, 0, 0, 0, :maxAttempts, ${startsAt} + iif(${expiresFirst}, :expiresAfterMs, :deadlineMs), :requestedOutputs,
     :storagePrefix, 'none', :credits, 0, :dropOnCancel, :refunds, :refundIntervalMs,
     :retryOf, :gate, ${nextTurn.of("1")} - :priority * ${turnMs}, ${nextTurn.counted("0")},
     owner.touched_at, :notBefore, ${startsAt} + :expiresAfterMs,
     iif(${expiresFirst}, ${startsAt} + :deadlineMs, NULL), :hold, :teamId, owner.touched_at
   FROM safelight_owners owner JOIN safelight_accounts account ON account.id = :accountId
   WHERE owner.id = :ownerId AND ${where} AND ${isTaken} AND ${allOf(submitGuards)}
   ON CONFLICT (id) DO NOTHING`,

  `INSERT INTO safelight_submissions (owner_id, key_hash, fingerprint, generation_id, expires_at)
   SELECT owner_id, :keyHash, :fingerprint, id, ${keyExpiresAt} FROM safelight_generations
   WHERE ${fresh} AND :keyHash IS NOT NULL
   ON CONFLICT (owner_id, key_hash) DO UPDATE SET
     fingerprint = excluded.fingerprint, generation_id = excluded.generation_id, expires_at = excluded.expires_at`,

  // The initial grant is spent first.
  `INSERT INTO safelight_ledger_entries (account_id, generation_id, kind, amount, initial, key, created_at)
   SELECT account_id, id, 'debit', -:charged,
     -min(:charged, (SELECT initial FROM safelight_accounts WHERE id = :accountId)), 'gen:' || id || ':debit', created_at
   FROM safelight_generations WHERE ${fresh}`,

  `UPDATE safelight_accounts
   SET balance = balance - :charged, initial = initial - min(initial, :charged),
     shared = max(shared, :ownerId <> :accountId)
   WHERE id = :accountId AND ${isFresh}`,

  // From now on the generation owns the hold: the outbox does not release it.
  `DELETE FROM safelight_outbox WHERE :hold IS NOT NULL AND hold_key = :id AND ${isFresh}`,

  // Comes last: afterwards, no row matches `fresh`. Only releases before migration 21 read `turn_at`.
  `UPDATE safelight_owners
   SET sequence = sequence + 1,
     turn_at = iif(${isScheduled("touched_at")}, turn_at,
       (SELECT rank FROM safelight_generations WHERE id = :id) + :priority * ${turnMs}),
     rate_tat = CASE WHEN :rateIntervalMs IS NULL THEN rate_tat ELSE (${rateTat("safelight_owners")}) + :rateIntervalMs END
   WHERE id = :ownerId AND ${isFresh}`,

  // Returns the data for every refusal, as of this commit. For an accepted submit, only time and sequence are new, and
  // the key is not looked up again.
  `SELECT
     owner.touched_at AS now,
     ${rateTat("owner")} AS rate_tat,
     owner.refund_tat AS refund_tat,
     coalesce(account.balance, :initialGrant) AS balance,
     submission.generation_id AS submitted_id,
     submission.fingerprint AS fingerprint,
     g.owner_id = :ownerId AS is_own,
     g.sequence AS sequence,
     g.created_at AS created_at,
     g.rank AS rank,
     g.version = 1 AND g.epoch = 0 AS is_unchanged,
     CASE WHEN g.id IS NULL THEN ${isErased} END AS is_erased,
     CASE WHEN g.id IS NULL AND :maxActive IS NOT NULL THEN (${activeIds}) END AS active_ids
   FROM (SELECT :ownerId AS id) caller
   LEFT JOIN safelight_owners owner ON owner.id = caller.id
   LEFT JOIN safelight_accounts account ON account.id = :accountId
   LEFT JOIN safelight_generations g ON g.id = :id
   LEFT JOIN safelight_submissions submission ON submission.owner_id = iif(g.id IS NULL, :ownerId, NULL)
     AND submission.key_hash = :keyHash AND submission.expires_at > ${confirmedNow}
   WHERE g.id IS NOT NULL OR submission.generation_id IS NOT NULL OR (owner.id IS NOT NULL AND account.id IS NOT NULL)`,
];

export const submitStatements = submitWith("true");

/** The data for every refusal by a limit or the balance, as of now. An owner without a row has used up nothing. */
export const checkSubmitStatement = `SELECT
     ${now} AS now,
     ${rateTat("owner", now)} AS rate_tat,
     ${refundTat("owner")} AS refund_tat,
     coalesce(account.balance, :initialGrant) AS balance,
     CASE WHEN :maxActive IS NOT NULL THEN (${activeIds}) END AS active_ids
   FROM (SELECT :ownerId AS id) caller
   LEFT JOIN safelight_owners owner ON owner.id = caller.id
   LEFT JOIN safelight_accounts account ON account.id = :accountId`;

/** The submission of an idempotency key. Most keys are new, so the generation is read only on a match. */
export const findSubmissionStatement = `SELECT generation_id, fingerprint, (
     SELECT g.group_id FROM safelight_generations g WHERE g.id = generation_id AND g.owner_id = :ownerId
   ) AS group_id FROM safelight_submissions
   WHERE owner_id = :ownerId AND key_hash = :keyHash AND expires_at > ${confirmedNow}`;

/** The first submit of an owner, or from an account, creates both in the same commit. */
export const firstSubmitStatements: readonly string[] = [upsertOwner, ...createAccount, ...submitStatements];
