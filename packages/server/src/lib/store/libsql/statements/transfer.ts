import { isErased } from "../guards/erased-owners.js";
import { allOf, now } from "../guards/guards.js";
import { refundTat, upsertOwner } from "../guards/owner-start.js";
import { assignSequences, isMarked } from "../guards/sequences.js";
import { maxBalance, possibleRefunds } from "./max-balance.js";
import { transferKey } from "./resolve-debit.js";
import { createAccount, isShared } from "./submit/submit.js";

/** The key of the two entries of a transfer. */
export const toTransferKey = (token: string): string => `${transferKey}${token}`;

/** Whether one account can hold both balances plus all possible refunds of either. */
const fits = `(SELECT coalesce(sum(balance), 0) FROM safelight_accounts WHERE id IN (:from, :accountId))
   + ${possibleRefunds(":from", ":accountId")} <= ${maxBalance}`;

/** Conditions that no step of the transfer changes. */
const mayMoveCredits = { alone: `NOT ${isShared(":from")}`, capacity: fits, notErased: `NOT ${isErased}` };

/** Conditions of moving the balance. An initial grant stays: otherwise a user could collect one for each guest id. */
const moveCreditsGuards = {
  account: "id = :from",
  purchased: "balance > initial",
  once: "NOT EXISTS (SELECT 1 FROM safelight_ledger_entries WHERE account_id = :from AND key = :key)",
  ...mayMoveCredits,
};

/**
 * Conditions of redirecting refunds: those of active generations, and those of operators of completed ones. The paying
 * account does not change: its debit is written.
 */
const redirectGuards = {
  owner: "owner_id = :from",
  refundable: "finished_at IS NULL OR state = 'completed'",
  refundee: "coalesce(refund_account_id, account_id) = :from",
  ...mayMoveCredits,
};

const isMoving = "EXISTS (SELECT 1 FROM safelight_accounts WHERE id = :from AND command_token = :token)";

/** Amount of the account's entry of the pair. */
const movedAmount = (accountId: string) =>
  `(SELECT amount FROM safelight_ledger_entries WHERE account_id = ${accountId} AND key = :key)`;

/** Moves the balance with a pair of entries under one key. The token marks that this command moves it now. */
const moveCredits: readonly string[] = [
  ...createAccount,

  `UPDATE safelight_accounts SET command_token = :token WHERE ${allOf(moveCreditsGuards)}`,

  `INSERT INTO safelight_ledger_entries (account_id, kind, amount, reason, key, created_at)
   SELECT side.account_id, 'adjustment', side.sign * (account.balance - account.initial), 'transferred', :key, ${now}
   FROM safelight_accounts account, (SELECT :from AS account_id, -1 AS sign UNION ALL SELECT :accountId, 1) AS side
   WHERE account.id = :from AND account.command_token = :token`,

  `UPDATE safelight_accounts SET balance = balance + ${movedAmount(":accountId")} WHERE id = :accountId AND ${isMoving}`,

  `UPDATE safelight_accounts SET balance = balance + ${movedAmount(":from")}, command_token = NULL
   WHERE id = :from AND command_token = :token`,

  // A generation that returns to the owner that paid needs no redirect.
  `UPDATE safelight_generations SET refund_account_id = nullif(:accountId, account_id) WHERE ${allOf(redirectGuards)}`,
];

const moveAllGuards = (credits: "move" | "leave") => ({
  owner: "owner_id = :from",
  notErased: `NOT ${isErased}`,
  ...(credits === "move" && mayMoveCredits),
});

const hasMoved = `EXISTS (SELECT 1 FROM safelight_generations WHERE owner_id = :ownerId AND ${isMarked})`;

/** The team of each shared generation of `:from`. */
export const transferTeamsStatement = `SELECT team_id FROM safelight_generations
   WHERE owner_id = :from AND team_id IS NOT NULL`;

/** Transfers all data of `:from` to `:ownerId`, whose own account is `:accountId`. Epochs and leases stay. */
export const transferStatements = (credits: "move" | "leave"): readonly string[] => [
  upsertOwner,

  ...(credits === "move" ? moveCredits : []),

  `UPDATE safelight_generations
   SET owner_id = :ownerId, version = version + 1, sequence = NULL
   WHERE ${allOf(moveAllGuards(credits))}`,

  // The old owner keeps the keys, too: a late repeat returns a deleted generation, and is never paid for again.
  `INSERT INTO safelight_submissions (owner_id, key_hash, fingerprint, generation_id, expires_at)
   SELECT :ownerId, s.key_hash, s.fingerprint, s.generation_id, s.expires_at
   FROM safelight_submissions s JOIN safelight_generations g ON g.id = s.generation_id
   WHERE s.owner_id = :from AND g.owner_id = :ownerId AND g.${isMarked}
   ON CONFLICT (owner_id, key_hash) DO NOTHING`,

  // Transferred generations are missing from the old owner's log: its followers must resync.
  `UPDATE safelight_owners SET sequence = sequence + 1, log_start = sequence + 1 WHERE id = :from AND ${hasMoved}`,

  // Signing in must not reset the limits.
  `UPDATE safelight_owners
   SET rate_tat = max(safelight_owners.rate_tat, old.rate_tat),
     refund_tat = max(safelight_owners.refund_tat, ${refundTat("old")}),
     turn_at = max(safelight_owners.turn_at, old.turn_at)
   FROM safelight_owners old WHERE old.id = :from AND safelight_owners.id = :ownerId AND ${hasMoved}`,

  ...assignSequences,

  `UPDATE safelight_inputs SET owner_id = :ownerId WHERE ${allOf(moveAllGuards(credits))}`,

  credits === "move"
    ? `SELECT ${isErased} AS is_erased, ${isShared(":from")} AS is_shared, NOT (${fits}) AS is_too_much`
    : `SELECT ${isErased} AS is_erased, 0 AS is_shared, 0 AS is_too_much`,
];
