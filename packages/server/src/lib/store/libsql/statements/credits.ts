import { hostKeyRetentionMs, toHostKey } from "../../arguments/host-key.js";
import { isErased } from "../guards/erased-owners.js";
import { allOf, now } from "../guards/guards.js";
import { maxBalance, possibleRefunds } from "./max-balance.js";
import { createAccountWhere } from "./submit/submit.js";

/** Whether an erased account had this entry. Ignores expired rows. */
const isErasedEntry = `EXISTS (
    SELECT 1 FROM safelight_erased_entry_keys WHERE key_hash = :keyHash AND expires_at > ${now})`;

const adjustGuards = {
  account: "id = :accountId",
  once: "NOT EXISTS (SELECT 1 FROM safelight_ledger_entries WHERE account_id = :accountId AND key = :key)",
  notErasedEntry: `NOT ${isErasedEntry}`,
  notErased: `NOT ${isErased}`,
  balance: ":atMost = 1 OR balance + :amount >= 0",
  capacity: `:amount < 0 OR balance + :amount <= ${maxBalance} - ${possibleRefunds(":accountId")}`,
};

/** The amount that an adjustment moves: with `atMost`, no more than the balance. */
const moved = "CASE WHEN :atMost = 1 THEN max(:amount, -balance) ELSE :amount END";

/**
 * The part of an adjustment that belongs to the initial grant. A debit uses up the initial grant first, and a later
 * credit restores it first. Otherwise an owner could spend and return an initial grant to make it transferable. Keys of
 * host entries have a prefix; grants of the host have no initial part.
 */
const initialPart = `CASE
     WHEN :amount < 0 THEN -min(initial, -(${moved}))
     WHEN :kind = 'adjustment' THEN min(:amount, (
       SELECT coalesce(-sum(initial), 0) FROM safelight_ledger_entries
       WHERE account_id = :accountId AND key GLOB '${toHostKey("*")}'))
     ELSE 0 END`;

const marked = "id = :accountId AND command_token = 'moving:' || :token";

/**
 * Moves credits once per key. The account's token first marks that this command moves them, then that it has.
 *
 * @param where a further condition.
 */
export const adjustWith = (where: string): readonly string[] => [
  ...createAccountWhere(`NOT ${isErasedEntry} AND NOT ${isErased}`),

  `UPDATE safelight_accounts SET command_token = 'moving:' || :token WHERE ${allOf(adjustGuards)} AND ${where}`,

  `INSERT INTO safelight_ledger_entries (account_id, kind, amount, initial, reason, key, key_hash, created_at)
   SELECT id, :kind, ${moved}, ${initialPart}, :reason, :key, :keyHash, ${now} FROM safelight_accounts
   WHERE ${marked} AND ${moved} <> 0`,

  // A movement of nothing has no entry, and must not move credits that the account receives later.
  `INSERT INTO safelight_erased_entry_keys (key_hash, kind, amount, expires_at)
   SELECT :keyHash, :kind, 0, ${now} + ${hostKeyRetentionMs} FROM safelight_accounts WHERE ${marked} AND ${moved} = 0
   ON CONFLICT (key_hash) DO UPDATE SET kind = excluded.kind, amount = 0, expires_at = excluded.expires_at`,

  `UPDATE safelight_accounts
   SET command_token = :token, (balance, initial) = (
     SELECT balance + coalesce(sum(entry.amount), 0), safelight_accounts.initial + coalesce(sum(entry.initial), 0)
     FROM safelight_ledger_entries entry WHERE entry.account_id = :accountId AND entry.key = :key)
   WHERE ${marked}`,

  `SELECT coalesce(account.balance, 0) AS balance, account.command_token = :token AS applied,
     ${isErased} AS is_erased,
     coalesce(entry.amount, erased.amount) AS entry_amount, coalesce(entry.kind, erased.kind) AS entry_kind
   FROM (SELECT :accountId AS id) command
   LEFT JOIN safelight_accounts account ON account.id = command.id
   LEFT JOIN safelight_ledger_entries entry ON entry.account_id = account.id AND entry.key = :key
   LEFT JOIN safelight_erased_entry_keys erased ON erased.key_hash = :keyHash AND erased.expires_at > ${now}`,
];

export const adjustStatements = adjustWith("true");

/** The key that encrypts the ids of entries. */
export const readEntryKeyStatement = "SELECT value FROM safelight_settings WHERE name = 'entry_key'";
