import { allOf, now } from "../guards.js";
import { openAccount } from "./submit.js";

/** The key of a movement by the host: told from ours by its beginning. */
export const toHostKey = (key: string): string => `host:${key}`;

/** Conditions of a movement by the host. */
const adjustGuards = {
  account: "id = :accountId",
  once: "NOT EXISTS (SELECT 1 FROM safelight_ledger_entries WHERE account_id = :accountId AND key = :key)",
  balance: "balance + :amount >= 0",
};

/** Moves credits once per key; the account's token marks what this command did. */
export const adjustStatements: readonly string[] = [
  ...openAccount,

  `UPDATE safelight_accounts SET balance = balance + :amount, command_token = :token WHERE ${allOf(adjustGuards)}`,

  `INSERT INTO safelight_ledger_entries (account_id, kind, amount, reason, key, created_at)
   SELECT id, :kind, :amount, :reason, :key, ${now} FROM safelight_accounts
   WHERE id = :accountId AND command_token = :token
   ON CONFLICT (account_id, key) DO NOTHING`,

  `SELECT account.balance AS balance, account.command_token = :token AS applied, entry.amount AS entry_amount,
     entry.kind AS entry_kind
   FROM safelight_accounts account
   LEFT JOIN safelight_ledger_entries entry ON entry.account_id = account.id AND entry.key = :key
   WHERE account.id = :accountId`,
];

/** Balance and a page of entries, newest first. */
export const listCreditsStatements: readonly string[] = [
  "SELECT balance FROM safelight_accounts WHERE id = :accountId",
  `SELECT entry.id, entry.kind, entry.amount, entry.reason, entry.generation_id, g.owner_id, entry.created_at
   FROM safelight_ledger_entries entry LEFT JOIN safelight_generations g ON g.id = entry.generation_id
   WHERE entry.account_id = :accountId AND (:before IS NULL OR entry.id < :before)
   ORDER BY entry.id DESC LIMIT :limit`,
];
