import { takeSequences } from "../follow-ups.js";
import { allOf, now } from "../guards.js";
import { openOwner } from "../owner-start.js";
import { isShared, openAccount } from "./submit.js";

/** Conditions of moving the balance. */
const moveCreditsGuards = {
  account: "id = :from",
  credits: "balance > 0",
  alone: `NOT ${isShared(":from")}`,
  once: "NOT EXISTS (SELECT 1 FROM safelight_ledger_entries WHERE account_id = :from AND key = :key)",
};

const isMoving = "EXISTS (SELECT 1 FROM safelight_accounts WHERE id = :from AND command_token = :token)";

/** Moves the whole balance by a pair of entries with one key. The token marks that this command does it, now. */
const moveCredits: readonly string[] = [
  ...openAccount,

  `UPDATE safelight_accounts SET command_token = :token WHERE ${allOf(moveCreditsGuards)}`,

  `INSERT INTO safelight_ledger_entries (account_id, kind, amount, reason, key, created_at)
   SELECT :from, 'adjustment', -balance, 'transferred', :key, ${now} FROM safelight_accounts
   WHERE id = :from AND command_token = :token
   UNION ALL
   SELECT :accountId, 'adjustment', balance, 'transferred', :key, ${now} FROM safelight_accounts
   WHERE id = :from AND command_token = :token`,

  `UPDATE safelight_accounts
   SET balance = balance + (SELECT balance FROM safelight_accounts WHERE id = :from)
   WHERE id = :accountId AND ${isMoving}`,

  "UPDATE safelight_accounts SET balance = 0, command_token = NULL WHERE id = :from AND command_token = :token",
];

/** Conditions of moving the generations. */
const moveGenerationsGuards = (credits: "move" | "leave") => ({
  owner: "owner_id = :from",
  ...(credits === "move" && { alone: `NOT ${isShared(":from")}` }),
});

const hasMoved = "EXISTS (SELECT 1 FROM safelight_generations WHERE owner_id = :ownerId AND sequence IS NULL)";

/** Where refunds of what is in progress go from now on. Who paid stays as it is: the debit is written. */
const refundAccount = {
  leave: "refund_account_id",
  move: `CASE WHEN finished_at IS NULL AND coalesce(refund_account_id, account_id) = :from THEN :accountId
       ELSE refund_account_id END`,
};

/** Gives everything of `:from` to `:ownerId`, whose own account is `:accountId`. Epochs and leases stay. */
export const transferStatements = (credits: "move" | "leave"): readonly string[] => [
  openOwner,

  ...(credits === "move" ? moveCredits : []),

  `UPDATE safelight_generations
   SET owner_id = :ownerId, refund_account_id = ${refundAccount[credits]}, version = version + 1, sequence = NULL
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
