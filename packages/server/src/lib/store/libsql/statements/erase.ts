import { hostKeyRetentionMs, toHostKey } from "../../arguments/host-key.js";
import { allOf, confirmedNow, now } from "../guards/guards.js";
import { enqueuePrefixDeletion, jobGenerationId } from "../guards/outbox-items.js";
import { raiseOwnerStart } from "../guards/owner-start.js";
import { purgeAttempts, purgeOutputs } from "../guards/purge.js";
import { dropInputsWhere } from "./inputs.js";
import { isShared } from "./submit/submit.js";

/** Conditions of erasing a generation: an active one must have a cancel request, so that it will end. */
const eraseGuards = {
  owner: "owner_id = :ownerId",
  ending: "finished_at IS NOT NULL OR cancel_requested_at IS NOT NULL",
};

/** Selects the same rows in every statement, until the update of the generations replaces their owner. */
const batch = `SELECT id FROM safelight_generations WHERE ${allOf(eraseGuards)} ORDER BY sequence LIMIT :limit`;
const endedBatch = `SELECT id FROM safelight_generations WHERE id IN (${batch}) AND finished_at IS NOT NULL`;

/** Conditions of erasing the owner from the ledger. One commit does it, so that the ledger adds up after each commit. */
const eraseLedgerGuards = {
  last: "NOT EXISTS (SELECT 1 FROM safelight_generations WHERE owner_id = :ownerId)",
  noInputs: "NOT EXISTS (SELECT 1 FROM safelight_inputs WHERE owner_id = :ownerId)",
};

/**
 * Additional conditions of erasing the account. A shared account stays: other owners would lose it with their credits.
 * After a first run, the id may have a new account. That one stays, too: its pseudonym exists already, and two accounts
 * must not merge.
 */
const eraseAccountGuards = {
  ...eraseLedgerGuards,
  alone: `NOT ${isShared(":ownerId")}`,
  once: "NOT EXISTS (SELECT 1 FROM safelight_accounts WHERE id = :pseudonym)",
};

/**
 * Id of the account to erase if the guards hold, else NULL. SQLite evaluates a value to look up once. It would evaluate
 * extra conditions for each row of the account, in each of many commits.
 */
const erasedAccount = `CASE WHEN ${allOf(eraseAccountGuards)} THEN :ownerId END`;

/** Keys of transferred generations stay until they expire: a late repeat would be paid for again. */
const eraseKeysGuards = { owner: "owner_id = :ownerId", batch: `generation_id IN (${batch})` };

/** Whether the host created an entry. */
const isHostEntry = `key GLOB '${toHostKey("*")}'`;

/** Retention of an erasure, in milliseconds. Longer than any request: a slow hook may hold one for hours. */
const erasureRetentionMs = 24 * 60 * 60_000;

/** Position of the latest erasure. */
export const erasurePositionStatement = "SELECT coalesce(max(position), 0) AS position FROM safelight_erased_owners";

/** Erases some generations of an owner, and all other rows once none is left. */
export const eraseOwnerStatements: readonly string[] = [
  // A replaced row gets a new position, above all that ever existed.
  `INSERT OR REPLACE INTO safelight_erased_owners (owner_mark, expires_at)
   SELECT value, ${now} + ${erasureRetentionMs} FROM json_each(:ownerMarks)`,

  // The oldest ones, a few at a time.
  `DELETE FROM safelight_erased_owners WHERE expires_at <= ${confirmedNow} AND position IN (
     SELECT position FROM safelight_erased_owners ORDER BY position LIMIT 100
   )`,

  // The pseudonym is a separate owner: generations that end later get their sequences from it.
  `INSERT INTO safelight_owners (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
   SELECT :pseudonym, sequence, 0, 0, 0, ${now}, created_at FROM safelight_owners
   WHERE id = :ownerId AND EXISTS (${batch})
   ON CONFLICT (id) DO UPDATE SET sequence = max(sequence, excluded.sequence)`,

  `UPDATE safelight_owners SET sequence = sequence + 1, log_start = sequence + 1
   WHERE id = :ownerId AND EXISTS (${batch})`,

  // Their operations may contain the prompt. A worker removes the items of known models when it has canceled the jobs.
  `DELETE FROM safelight_outbox
   WHERE topic = 'cancel_job' AND :models IS NOT NULL AND ${jobGenerationId} IN (${endedBatch})
     AND CASE WHEN json_valid(payload) THEN payload ->> 'model' NOT IN (SELECT value FROM json_each(:models)) END`,

  enqueuePrefixDeletion(`id IN (${endedBatch}) AND deleted_at IS NULL`, { at: now }),
  purgeOutputs(endedBatch),
  // An erased owner keeps no hash, also of generations that were deleted before.
  `DELETE FROM safelight_deleted_outputs WHERE generation_id IN (${batch})`,
  purgeAttempts(endedBatch),
  `DELETE FROM safelight_submissions WHERE ${allOf(eraseKeysGuards)}`,

  // A worker needs the parsed input of an active generation; all other content is deleted at once.
  `UPDATE safelight_generations
   SET owner_id = :pseudonym, deleted_at = coalesce(deleted_at, ${now}), input = NULL, metadata = NULL, scope = NULL,
     notice_claim = NULL, parsed_input = CASE WHEN finished_at IS NULL THEN parsed_input END, version = version + 1
   WHERE id IN (${batch})`,

  // Includes inputs of active generations: the worker finds them missing, and ends the generation.
  ...dropInputsWhere("id IN (SELECT id FROM safelight_inputs WHERE owner_id = :ownerId ORDER BY id LIMIT :limit)"),

  `UPDATE safelight_generations SET account_id = :pseudonym
   WHERE id IN (SELECT generation_id FROM safelight_ledger_entries WHERE account_id = ${erasedAccount})`,

  `UPDATE safelight_generations SET refund_account_id = :pseudonym
   WHERE refund_account_id = ${erasedAccount}`,

  `INSERT INTO safelight_erased_entry_keys (key_hash, kind, amount, expires_at)
   SELECT key_hash, kind, amount, ${now} + ${hostKeyRetentionMs} FROM safelight_ledger_entries
   WHERE account_id = ${erasedAccount} AND key_hash IS NOT NULL
   ON CONFLICT (key_hash) DO NOTHING`,

  // The host's keys and reasons may name the owner in any form, so replace them completely. Keep Safelight's own keys and
  // reasons: the audit parses them.
  `UPDATE safelight_ledger_entries
   SET account_id = :pseudonym,
     key = CASE WHEN ${isHostEntry} THEN 'erased:' || id ELSE key END, key_hash = NULL,
     reason = CASE WHEN ${isHostEntry} THEN NULL ELSE reason END
   WHERE account_id = ${erasedAccount}`,

  // Operators moved credits of this account under its id.
  `UPDATE safelight_operator_actions SET subject = :pseudonym WHERE subject = ${erasedAccount}`,

  `UPDATE safelight_accounts SET id = :pseudonym WHERE id = :ownerId AND ${allOf(eraseAccountGuards)}`,
  raiseOwnerStart(`id = :ownerId AND ${allOf(eraseLedgerGuards)}`),
  `DELETE FROM safelight_owners WHERE id = :ownerId AND ${allOf(eraseLedgerGuards)}`,

  `SELECT ${allOf(eraseLedgerGuards)}
     AND NOT EXISTS (SELECT 1 FROM safelight_accounts WHERE id = :ownerId AND shared = 0) AS is_erased, (
     SELECT id FROM safelight_generations WHERE owner_id = :pseudonym ORDER BY sequence DESC LIMIT 1
   ) AS generation_id, (
     SELECT json_group_array(team_id) FROM safelight_generations
     WHERE owner_id = :pseudonym AND team_id IS NOT NULL
   ) AS team_ids`,
];
