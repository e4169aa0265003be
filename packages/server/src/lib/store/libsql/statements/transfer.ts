import { takeSequences } from "../follow-ups.js";
import { allOf, now } from "../guards.js";
import { openOwner } from "../owner-start.js";
import { isShared, openAccount } from "./submit.js";

/** What begins the keys of the two entries of a transfer. */
export const toTransferKey = (token: string): string => `transfer:${token}`;

/**
 * What came to the account of `:from` beyond its initial grant, less what it gave away. Only that may move on: an initial
 * grant is for each account, and would be for each guest that somebody has been. What is spent is taken from it first.
 */
const bought = `(SELECT coalesce(sum(CASE
     WHEN entry.key = 'initial' THEN 0
     WHEN entry.kind IN ('grant', 'adjustment') AND (entry.amount > 0 OR entry.key GLOB '${toTransferKey("*")}') THEN entry.amount
     WHEN entry.kind = 'debit' AND g.refund_account_id <> entry.account_id THEN entry.amount
     WHEN entry.kind IN ('refund', 'capture') AND g.account_id <> entry.account_id THEN entry.amount
     ELSE 0 END), 0)
   FROM safelight_ledger_entries entry LEFT JOIN safelight_generations g ON g.id = entry.generation_id
   WHERE entry.account_id = :from)`;

const balance = "(SELECT balance FROM safelight_accounts WHERE id = :from)";

/** Conditions of moving the balance. */
const moveCreditsGuards = {
  account: "id = :from",
  credits: `min(balance, ${bought}) > 0`,
  alone: `NOT ${isShared(":from")}`,
  once: "NOT EXISTS (SELECT 1 FROM safelight_ledger_entries WHERE account_id = :from AND key = :key)",
};

const isMoving = "EXISTS (SELECT 1 FROM safelight_accounts WHERE id = :from AND command_token = :token)";

/** The entry of the pair that an account has. */
const moved = (accountId: string) =>
  `(SELECT amount FROM safelight_ledger_entries WHERE account_id = ${accountId} AND key = :key)`;

/** Moves what may move by a pair of entries with one key. The token marks that this command does it, now. */
const moveCredits: readonly string[] = [
  ...openAccount,

  `UPDATE safelight_accounts SET command_token = :token WHERE ${allOf(moveCreditsGuards)}`,

  `INSERT INTO safelight_ledger_entries (account_id, kind, amount, reason, key, created_at)
   SELECT side.account_id, 'adjustment', side.sign * min(account.balance, ${bought}), 'transferred', :key, ${now}
   FROM safelight_accounts account, (SELECT :from AS account_id, -1 AS sign UNION ALL SELECT :accountId, 1) AS side
   WHERE account.id = :from AND account.command_token = :token`,

  `UPDATE safelight_accounts SET balance = balance + ${moved(":accountId")} WHERE id = :accountId AND ${isMoving}`,

  `UPDATE safelight_accounts SET balance = balance + ${moved(":from")}, command_token = NULL
   WHERE id = :from AND command_token = :token`,

  // Refunds of what is in progress follow as far as they were bought, the newest first. Who paid stays as it is: the debit
  // is written.
  `UPDATE safelight_generations SET refund_account_id = :accountId
   WHERE owner_id = :from AND finished_at IS NULL AND NOT ${isShared(":from")} AND (refund_account_id = :from OR id IN (
     SELECT id FROM (
       SELECT id, sum(credits) OVER (ORDER BY id DESC) AS spent FROM safelight_generations
       WHERE owner_id = :from AND finished_at IS NULL AND account_id = :from AND refund_account_id IS NULL
     ) WHERE spent <= ${bought} - ${balance}
   ))`,
];

/** Conditions of moving the generations. */
const moveGenerationsGuards = (credits: "move" | "leave") => ({
  owner: "owner_id = :from",
  ...(credits === "move" && { alone: `NOT ${isShared(":from")}` }),
});

const hasMoved = "EXISTS (SELECT 1 FROM safelight_generations WHERE owner_id = :ownerId AND sequence IS NULL)";

/** Gives everything of `:from` to `:ownerId`, whose own account is `:accountId`. Epochs and leases stay. */
export const transferStatements = (credits: "move" | "leave"): readonly string[] => [
  openOwner,

  ...(credits === "move" ? moveCredits : []),

  `UPDATE safelight_generations
   SET owner_id = :ownerId, version = version + 1, sequence = NULL
   WHERE ${allOf(moveGenerationsGuards(credits))}`,

  // The old owner keeps the keys as well: what is sent late is answered as deleted, and never paid for again.
  `INSERT INTO safelight_submissions (owner_id, key_hash, fingerprint, generation_id, expires_at)
   SELECT :ownerId, s.key_hash, s.fingerprint, s.generation_id, s.expires_at
   FROM safelight_submissions s JOIN safelight_generations g ON g.id = s.generation_id
   WHERE s.owner_id = :from AND g.owner_id = :ownerId AND g.sequence IS NULL
   ON CONFLICT (owner_id, key_hash) DO NOTHING`,

  // What has left is not in the old owner's log any more: whoever follows that must begin anew.
  `UPDATE safelight_owners SET sequence = sequence + 1, log_start = sequence + 1 WHERE id = :from AND ${hasMoved}`,

  // Limits are not reset by signing in.
  `UPDATE safelight_owners
   SET rate_tat = max(safelight_owners.rate_tat, old.rate_tat), refund_tat = max(safelight_owners.refund_tat, old.refund_tat)
   FROM safelight_owners old WHERE old.id = :from AND safelight_owners.id = :ownerId AND ${hasMoved}`,

  ...takeSequences,

  `SELECT ${credits === "move" ? isShared(":from") : "0"} AS is_shared`,
];
