import { deletePrefixWhere, jobGenerationId, purgeAttempts, purgeOutputs } from "../guards/follow-ups.js";
import { allOf, now } from "../guards/guards.js";
import { raiseOwnerStart } from "../guards/owner-start.js";
import { toHostKey } from "./credits.js";
import { dropInputsWhere } from "./inputs.js";
import { isShared } from "./submit.js";

/** Conditions of forgetting a generation: what is active must have been asked to cancel, so that it comes to its end. */
const eraseGuards = {
  owner: "owner_id = :ownerId",
  ending: "finished_at IS NOT NULL OR cancel_requested_at IS NOT NULL",
};

/** The same for every statement until the last of them takes the owner away. */
const batch = `SELECT id FROM safelight_generations WHERE ${allOf(eraseGuards)} ORDER BY sequence LIMIT :limit`;
const endedBatch = `SELECT id FROM safelight_generations WHERE id IN (${batch}) AND finished_at IS NOT NULL`;

/** Conditions of forgetting the owner in the books: in one commit, so that they add up after each. */
const eraseBooksGuards = {
  last: "NOT EXISTS (SELECT 1 FROM safelight_generations WHERE owner_id = :ownerId)",
  noPictures: "NOT EXISTS (SELECT 1 FROM safelight_inputs WHERE owner_id = :ownerId)",
};

/**
 * As that, where nobody else pays from the account: others would lose the credits, and the account, that they pay with. A
 * command that is sent again may find an account that came back meanwhile: it must not become one with the first.
 */
const eraseAccountGuards = {
  ...eraseBooksGuards,
  alone: `NOT ${isShared(":ownerId")}`,
  once: "NOT EXISTS (SELECT 1 FROM safelight_accounts WHERE id = :pseudonym)",
};

/**
 * The account that goes, once it may; nobody's before. As the value that is looked for, it is asked once: beside it, the
 * guards would be asked for each row of the account, in each of many commits.
 */
const goingAccount = `CASE WHEN ${allOf(eraseAccountGuards)} THEN :ownerId END`;

/** A key of what another owner has by now stays until it expires: sent late, it would be paid for again. */
const eraseKeysGuards = { owner: "owner_id = :ownerId", mine: `generation_id IN (${batch})` };

/** Whether the host made an entry. */
const isHosts = `key GLOB '${toHostKey("*")}'`;

/** Retention of the host's movements, in milliseconds. Payment services repeat deliveries for days. */
const keepMovementsMs = 90 * 24 * 60 * 60_000;

/** Forgets some generations of an owner, and all the rest when none is left. */
export const eraseOwnerStatements: readonly string[] = [
  // The pseudonym is an owner of its own: what is still to be ended takes its place in that order.
  `INSERT INTO safelight_owners (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
   SELECT :pseudonym, sequence, 0, 0, 0, ${now}, created_at FROM safelight_owners
   WHERE id = :ownerId AND EXISTS (${batch})
   ON CONFLICT (id) DO UPDATE SET sequence = max(sequence, excluded.sequence)`,

  `UPDATE safelight_owners SET sequence = sequence + 1, log_start = sequence + 1
   WHERE id = :ownerId AND EXISTS (${batch})`,

  // Their operations may hold the prompt. A worker removes the items of known models when it has canceled the jobs.
  `DELETE FROM safelight_outbox
   WHERE topic = 'cancel_job' AND :models IS NOT NULL AND ${jobGenerationId} IN (${endedBatch})
     AND CASE WHEN json_valid(payload) THEN payload ->> 'model' NOT IN (SELECT value FROM json_each(:models)) END`,

  deletePrefixWhere(`id IN (${endedBatch}) AND deleted_at IS NULL`),
  purgeOutputs(endedBatch),
  purgeAttempts(endedBatch),
  `DELETE FROM safelight_submissions WHERE ${allOf(eraseKeysGuards)}`,

  // A worker needs the parsed input of what is active; everything else goes at once.
  `UPDATE safelight_generations
   SET owner_id = :pseudonym, deleted_at = coalesce(deleted_at, ${now}), input = NULL, metadata = NULL, scope = NULL,
     notice_claim = NULL, parsed_input = CASE WHEN finished_at IS NULL THEN parsed_input END, version = version + 1
   WHERE id IN (${batch})`,

  // Also of what is active: the worker finds them gone, and ends it.
  ...dropInputsWhere("id IN (SELECT id FROM safelight_inputs WHERE owner_id = :ownerId ORDER BY id LIMIT :limit)"),

  `UPDATE safelight_generations SET account_id = :pseudonym
   WHERE id IN (SELECT generation_id FROM safelight_ledger_entries WHERE account_id = ${goingAccount})`,

  `UPDATE safelight_generations SET refund_account_id = :pseudonym
   WHERE refund_account_id = ${goingAccount}`,

  `INSERT INTO safelight_forgotten_keys (key_hash, kind, amount, expires_at)
   SELECT key_hash, kind, amount, ${now} + ${keepMovementsMs} FROM safelight_ledger_entries
   WHERE account_id = ${goingAccount} AND key_hash IS NOT NULL
   ON CONFLICT (key_hash) DO NOTHING`,

  // The host's keys and reasons may name the owner in any words, and go whole. Ours are what the audit reads.
  `UPDATE safelight_ledger_entries
   SET account_id = :pseudonym,
     key = CASE WHEN ${isHosts} THEN 'forgotten:' || id ELSE key END, key_hash = NULL,
     reason = CASE WHEN ${isHosts} THEN NULL ELSE reason END
   WHERE account_id = ${goingAccount}`,

  `UPDATE safelight_accounts SET id = :pseudonym WHERE id = :ownerId AND ${allOf(eraseAccountGuards)}`,
  raiseOwnerStart(`id = :ownerId AND ${allOf(eraseBooksGuards)}`),
  `DELETE FROM safelight_owners WHERE id = :ownerId AND ${allOf(eraseBooksGuards)}`,

  `SELECT ${allOf(eraseBooksGuards)}
     AND NOT EXISTS (SELECT 1 FROM safelight_accounts WHERE id = :ownerId AND shared = 0) AS is_erased, (
     SELECT id FROM safelight_generations WHERE owner_id = :pseudonym ORDER BY sequence DESC LIMIT 1
   ) AS generation_id`,
];
