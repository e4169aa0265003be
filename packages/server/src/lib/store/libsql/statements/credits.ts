import { toHostKey } from "../../arguments/host-key.js";
import { isErased } from "../guards/erased-owners.js";
import { allOf, now } from "../guards/guards.js";
import { maxBalance, possibleRefunds } from "./max-balance.js";
import { createAccountWhere } from "./submit.js";

/** Whether an erased account had this entry. Ignores expired rows. */
const isErasedEntry = `EXISTS (
    SELECT 1 FROM safelight_erased_entry_keys WHERE key_hash = :keyHash AND expires_at > ${now})`;

const adjustGuards = {
  account: "id = :accountId",
  once: "NOT EXISTS (SELECT 1 FROM safelight_ledger_entries WHERE account_id = :accountId AND key = :key)",
  notErasedEntry: `NOT ${isErasedEntry}`,
  notErased: `NOT ${isErased}`,
  balance: "balance + :amount >= 0",
  capacity: `:amount < 0 OR balance + :amount <= ${maxBalance} - ${possibleRefunds(":accountId")}`,
};

/**
 * The part of an adjustment that belongs to the initial grant. A debit uses up the initial grant first, and a later
 * credit restores it first. Otherwise an owner could spend and return an initial grant to make it transferable. Keys of
 * host entries have a prefix; grants of the host have no initial part.
 */
const initialPart = `CASE
     WHEN :amount < 0 THEN -min(initial, -:amount)
     WHEN :kind = 'adjustment' THEN min(:amount, (
       SELECT coalesce(-sum(initial), 0) FROM safelight_ledger_entries
       WHERE account_id = :accountId AND key GLOB '${toHostKey("*")}'))
     ELSE 0 END`;

const marked = "id = :accountId AND command_token = 'moving:' || :token";

/**
 * Moves credits once per key. The account's token first marks that this command moves them, then that it has.
 *
 * @param guards further conditions of the account.
 */
export const adjustStatementsWhere = (guards: Readonly<Record<string, string>>): readonly string[] => [
  ...createAccountWhere(`NOT ${isErasedEntry} AND NOT ${isErased}`),

  `UPDATE safelight_accounts SET command_token = 'moving:' || :token WHERE ${allOf({ ...adjustGuards, ...guards })}`,

  `INSERT INTO safelight_ledger_entries (account_id, kind, amount, initial, reason, key, key_hash, created_at)
   SELECT id, :kind, :amount, ${initialPart}, :reason, :key, :keyHash, ${now} FROM safelight_accounts WHERE ${marked}`,

  `UPDATE safelight_accounts
   SET balance = balance + :amount, command_token = :token, initial = initial + (
     SELECT initial FROM safelight_ledger_entries WHERE account_id = :accountId AND key = :key)
   WHERE ${marked}`,

  `SELECT coalesce(account.balance, 0) AS balance, account.command_token = :token AS applied,
     ${isErased} AS is_erased,
     coalesce(entry.amount, erased.amount) AS entry_amount, coalesce(entry.kind, erased.kind) AS entry_kind
   FROM (SELECT :accountId AS id) command
   LEFT JOIN safelight_accounts account ON account.id = command.id
   LEFT JOIN safelight_ledger_entries entry ON entry.account_id = account.id AND entry.key = :key
   LEFT JOIN safelight_erased_entry_keys erased ON erased.key_hash = :keyHash AND erased.expires_at > ${now}`,
];

export const adjustStatements = adjustStatementsWhere({});

/** The key that encrypts the ids of entries. */
export const readEntryKeyStatement = "SELECT value FROM safelight_settings WHERE name = 'entry_key'";
