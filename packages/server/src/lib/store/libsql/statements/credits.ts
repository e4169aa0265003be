import { allOf, now } from "../guards/guards.js";
import { largestBalance, mayComeBack } from "./largest-balance.js";
import { openAccount } from "./submit.js";

/** The key of a movement by the host: told from ours by its beginning. */
export const toHostKey = (key: string): string => `host:${key}`;

/** Conditions of a movement by the host. */
const adjustGuards = {
  account: "id = :accountId",
  once: "NOT EXISTS (SELECT 1 FROM safelight_ledger_entries WHERE account_id = :accountId AND key = :key)",
  balance: "balance + :amount >= 0",
  room: `:amount < 0 OR balance + :amount <= ${largestBalance} - ${mayComeBack(":accountId")}`,
};

/**
 * The part of an adjustment that is of the initial grant: what is taken is taken from that first, and what is given back
 * afterwards fills that up first. So nobody makes an initial grant movable by spending and returning it. By their keys, the
 * host's movements are found among all others; its grants have no such part.
 */
const initialPart = `CASE
     WHEN :amount < 0 THEN -min(initial, -:amount)
     WHEN :kind = 'adjustment' THEN min(:amount, (
       SELECT coalesce(-sum(initial), 0) FROM safelight_ledger_entries
       WHERE account_id = :accountId AND key GLOB '${toHostKey("*")}'))
     ELSE 0 END`;

const marked = "id = :accountId AND command_token = 'moving:' || :token";

/** Moves credits once per key; the account's token marks first that this command does it, then that it did. */
export const adjustStatements: readonly string[] = [
  ...openAccount,

  `UPDATE safelight_accounts SET command_token = 'moving:' || :token WHERE ${allOf(adjustGuards)}`,

  `INSERT INTO safelight_ledger_entries (account_id, kind, amount, initial, reason, key, created_at)
   SELECT id, :kind, :amount, ${initialPart}, :reason, :key, ${now} FROM safelight_accounts WHERE ${marked}`,

  `UPDATE safelight_accounts
   SET balance = balance + :amount, command_token = :token, initial = initial + (
     SELECT initial FROM safelight_ledger_entries WHERE account_id = :accountId AND key = :key)
   WHERE ${marked}`,

  `SELECT account.balance AS balance, account.command_token = :token AS applied, entry.amount AS entry_amount,
     entry.kind AS entry_kind
   FROM safelight_accounts account
   LEFT JOIN safelight_ledger_entries entry ON entry.account_id = account.id AND entry.key = :key
   WHERE account.id = :accountId`,
];

/** The key that hides the ids of entries. */
export const readEntryKeyStatement = "SELECT value FROM safelight_settings WHERE name = 'entry_key'";

/** Balance and a page of entries, newest first. */
export const listCreditsStatements: readonly string[] = [
  "SELECT balance FROM safelight_accounts WHERE id = :accountId",
  `SELECT entry.id, entry.kind, entry.amount, entry.reason, entry.generation_id, g.owner_id, entry.created_at
   FROM safelight_ledger_entries entry LEFT JOIN safelight_generations g ON g.id = entry.generation_id
   WHERE entry.account_id = :accountId AND entry.id < coalesce(:before, 9223372036854775807)
   ORDER BY entry.id DESC LIMIT :limit`,
];
