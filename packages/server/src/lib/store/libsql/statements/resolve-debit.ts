import { isMarked } from "../guards/sequences.js";
import { giveBack } from "./host/host-placeholders.js";

/** Key prefix of the two entries that move credits from one account to another. */
export const transferKey = "transfer:";

/** The entries of an end: the resolution of the debit, and the pair that forwards purchased credits. */
const endEntries = `SELECT entry.account_id, sum(entry.amount) AS amount, sum(entry.initial) AS initial
     FROM safelight_generations g JOIN safelight_ledger_entries entry
       ON entry.account_id IN (g.account_id, g.refund_account_id)
       AND entry.key IN ('gen:' || g.id || ':resolution', '${transferKey}' || g.id)
     WHERE g.id = :id AND g.${isMarked}
     GROUP BY entry.account_id`;

/** The refund in this ledger. A hold was debited by the host. */
const refunded = "iif(g.hold IS NULL, g.refunded_credits, 0)";

const endedHold = `g.id = :id AND g.${isMarked} AND g.finished_at IS NOT NULL AND g.hold IS NOT NULL`;

/**
 * Resolves the debit of a generation that the same command has ended, with the refund that it has written. A refund
 * restores purchased credits first, then the initial grant. If the credits of the account have been transferred since the
 * debit, two `adjustment` entries forward the purchased part to `refund_account_id`. An initial grant never leaves its
 * account. The outbox captures or releases a hold of the host.
 *
 * @param reason an SQL expression: the end and the rule, see `Refund`.
 */
export const resolveDebit = (reason: string): readonly string[] => [
  `INSERT INTO safelight_ledger_entries
     (account_id, generation_id, kind, amount, initial, resolves_entry_id, reason, key, created_at)
   SELECT g.account_id, g.id, CASE g.state WHEN 'completed' THEN 'capture' ELSE 'refund' END, ${refunded},
     max(${refunded} - (debit.initial - debit.amount), 0), debit.id, ${reason},
     'gen:' || g.id || ':resolution', g.finished_at
   FROM safelight_generations g
   JOIN safelight_ledger_entries debit ON debit.generation_id = g.id AND debit.kind = 'debit'
   WHERE g.id = :id AND g.${isMarked} AND g.finished_at IS NOT NULL`,

  `INSERT INTO safelight_ledger_entries (account_id, kind, amount, reason, key, created_at)
   SELECT iif(side.sign > 0, g.refund_account_id, g.account_id), 'adjustment',
     side.sign * (resolution.amount - resolution.initial), 'transferred', '${transferKey}' || g.id, g.finished_at
   FROM safelight_generations g
   JOIN safelight_ledger_entries resolution
     ON resolution.account_id = g.account_id AND resolution.key = 'gen:' || g.id || ':resolution'
   JOIN (SELECT -1 AS sign UNION ALL SELECT 1) AS side
   WHERE g.id = :id AND g.${isMarked} AND g.refund_account_id IS NOT NULL AND resolution.amount > resolution.initial`,

  `UPDATE safelight_accounts SET balance = balance + credited.amount, initial = safelight_accounts.initial + credited.initial
   FROM (${endEntries}) AS credited WHERE safelight_accounts.id = credited.account_id`,

  `INSERT INTO safelight_outbox (topic, payload, hold_key, tries, due_at, created_at)
   SELECT 'resolve_hold', json_object('key', g.id, 'accountId', g.hold ->> 'accountId',
     'reference', g.hold ->> 'reference', 'credits', g.credits, 'kept', g.credits - g.refunded_credits),
     g.id, 0, g.finished_at, g.finished_at
   FROM safelight_generations g WHERE ${endedHold} AND g.hold ->> 'sameDatabase' IS NULL`,

  giveBack,

  // The mark stays: it explains the debit of 0.
  `UPDATE safelight_generations AS g SET hold = '{}' WHERE ${endedHold}`,
];
