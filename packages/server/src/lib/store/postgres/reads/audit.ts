import { refundCases } from "../../../ledger/refund-cases.js";
import { withdrawnReason } from "../../../ledger/refund-for.js";
import { transferKey } from "../functions/resolve-debit.js";
import { defineRead } from "../text/define-read.js";
import { nowInRead as now, timeParameters } from "../text/time.js";

/** In milliseconds. The audit reports an active generation only this long past its end, since workers may be late. */
const lateToleranceMs = 3_600_000;

/** Refund of a case, in percent of the price: from the generation's policy, else the default. NULL if it is no number. */
const percentOf = (name: string) =>
  `substring(coalesce(g.refunds::json ->> ${name}, '${JSON.stringify(refundCases)}'::json -> ${name} ->> 'percent')
           FROM '^[0-9]{1,9}$')::bigint`;

interface Violation {
  readonly subject: string;
  readonly detail: string;
}

/** The invariants of the ledger. Each selects the violations. */
const checks: Readonly<Record<string, string>> = {
  balance_equals_ledger: `SELECT account.id AS subject,
     'balance ' || account.balance || ', entries ' || coalesce(sum(entry.amount), 0) AS detail
   FROM @accounts account LEFT JOIN @ledger_entries entry ON entry.account_id = account.id
   GROUP BY account.id HAVING account.balance <> coalesce(sum(entry.amount), 0)`,

  initial_equals_ledger: `SELECT account.id AS subject,
     'initial ' || account.initial || ', entries ' || coalesce(sum(entry.initial), 0) AS detail
   FROM @accounts account LEFT JOIN @ledger_entries entry ON entry.account_id = account.id
   GROUP BY account.id HAVING account.initial <> coalesce(sum(entry.initial), 0)`,

  one_initial_grant: `SELECT account_id AS subject, count(*) || ' initial grants' AS detail
   FROM @ledger_entries WHERE kind = 'grant' AND initial > 0
   GROUP BY account_id HAVING count(*) > 1`,

  balance_not_negative: `SELECT id AS subject, 'balance ' || balance AS detail
   FROM @accounts WHERE balance < 0`,

  entries_have_an_account: `SELECT entry.account_id AS subject, 'entry ' || entry.id AS detail
   FROM @ledger_entries entry
   WHERE NOT EXISTS (SELECT 1 FROM @accounts account WHERE account.id = entry.account_id)`,

  one_debit_per_generation: `SELECT g.id AS subject, count(debit.id) || ' debits of ' || g.credits AS detail
   FROM @generations g
   LEFT JOIN @ledger_entries debit ON debit.generation_id = g.id AND debit.kind = 'debit'
     AND debit.amount = -(CASE WHEN g.hold IS NULL THEN g.credits ELSE 0 END) AND debit.account_id = g.account_id
   GROUP BY g.id HAVING count(debit.id) <> 1`,

  entries_have_a_generation: `SELECT entry.generation_id AS subject, 'entry ' || entry.id AS detail
   FROM @ledger_entries entry
   WHERE entry.generation_id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM @generations g WHERE g.id = entry.generation_id)`,

  resolved_once_at_the_end: `SELECT g.id AS subject, g.state || ' with ' || count(resolution.id) || ' resolutions' AS detail
   FROM @generations g
   LEFT JOIN @ledger_entries resolution
     ON resolution.generation_id = g.id AND resolution.kind IN ('capture', 'refund')
   GROUP BY g.id HAVING count(resolution.id) <> (g.finished_at IS NOT NULL)::int`,

  resolved_in_the_right_direction: `SELECT g.id AS subject,
     g.state || ' resolved by ' || resolution.kind || ' of ' || resolution.amount AS detail
   FROM @generations g
   JOIN @ledger_entries resolution
     ON resolution.generation_id = g.id AND resolution.kind IN ('capture', 'refund')
   LEFT JOIN @ledger_entries debit
     ON debit.id = resolution.resolves_entry_id AND debit.generation_id = g.id AND debit.kind = 'debit'
   WHERE debit.id IS NULL
     OR resolution.kind <> CASE g.state WHEN 'completed' THEN 'capture' ELSE 'refund' END
     OR resolution.account_id <> g.account_id
     OR resolution.amount <> CASE WHEN g.hold IS NULL THEN g.refunded_credits ELSE 0 END
     OR resolution.initial <> greatest(resolution.amount - (debit.initial - debit.amount), 0)
     OR resolution.amount NOT BETWEEN 0 AND -debit.amount`,

  moved_in_pairs: `SELECT key AS subject, count(*) || ' entries, together ' || sum(amount) AS detail
   FROM @ledger_entries WHERE starts_with(key, '${transferKey}')
   GROUP BY key HAVING count(*) <> 2 OR sum(amount) <> 0 OR max(abs(initial)) > 0`,

  // After a transfer, exactly the purchased part of a refund was forwarded. Nothing was if the transfer came after the end,
  // which only a completed generation permits: an operator may still refund it.
  refund_forwarded_after_transfer: `SELECT g.id AS subject,
     coalesce(forwarded.amount, 0) || ' forwarded of ' || resolution.amount AS detail
   FROM @generations g
   JOIN @ledger_entries resolution
     ON resolution.generation_id = g.id AND resolution.kind IN ('capture', 'refund')
   LEFT JOIN @ledger_entries forwarded
     ON forwarded.account_id = g.refund_account_id AND forwarded.key = '${transferKey}' || g.id
   WHERE coalesce(forwarded.amount, 0) <> CASE WHEN g.refund_account_id IS NULL THEN 0 ELSE resolution.amount - resolution.initial END
     AND NOT (g.state = 'completed' AND forwarded.amount IS NULL)`,

  // The resolution must name the refund rule of its end and policy, with the amount that the rule yields. A deleted
  // generation has no outputs left: its rule names their number. An unknown failure code yields NULL, which is not true.
  // The amount of a completed generation is split into quotient and remainder, so that the product does not overflow.
  refund_matches_policy: `SELECT subject, reason || ' refunded ' || amount || ' of ' || credits AS detail FROM (
     SELECT g.id AS subject, g.state, g.credits, g.requested_outputs AS requested,
       CASE WHEN g.hold IS NULL THEN resolution.amount ELSE g.refunded_credits END AS amount,
       coalesce(resolution.reason, '') AS reason,
       'failed:' || g.failure_code AS failed, ${percentOf("g.failure_code")} AS failed_percent,
       ${percentOf("'canceled'")} AS canceled_percent, ${percentOf("'dropped'")} AS dropped_percent,
       ${percentOf("'missing'")} AS missing_percent, g.requested_outputs * 100 AS whole,
       CASE WHEN g.deleted_at IS NULL THEN (SELECT count(*) FROM @outputs o WHERE o.generation_id = g.id)
         ELSE substring(resolution.reason FROM '^completed ([0-9]{1,9})/')::bigint END AS stored
     FROM @generations g
     JOIN @ledger_entries resolution
       ON resolution.generation_id = g.id AND resolution.kind IN ('capture', 'refund')
     WHERE g.finished_at IS NOT NULL
   ) ended WHERE CASE state
     WHEN 'failed' THEN reason = failed || ' ' || failed_percent || '%' AND amount = credits * failed_percent / 100
     WHEN 'canceled' THEN CASE reason
       WHEN '${withdrawnReason}' THEN amount = credits
       WHEN 'canceled ' || canceled_percent || '%' THEN amount = credits * canceled_percent / 100
       WHEN 'canceled:dropped ' || dropped_percent || '%' THEN amount = credits * dropped_percent / 100
       ELSE false END
     ELSE stored > 0
       AND reason = 'completed ' || stored || '/' || requested
         || CASE WHEN missing_percent = ${refundCases.missing.percent} THEN '' ELSE ' ' || missing_percent || '%' END
       AND amount = credits / whole * (greatest(requested - stored, 0) * missing_percent)
         + credits % whole * (greatest(requested - stored, 0) * missing_percent) / whole
     END IS NOT TRUE`,

  money_is_conserved: `SELECT 'all accounts' AS subject, 'off by ' || difference AS detail FROM (
     SELECT
       (SELECT coalesce(sum(amount), 0) FROM @ledger_entries WHERE kind IN ('grant', 'adjustment'))
       - (SELECT coalesce(sum(balance), 0) FROM @accounts)
       - (SELECT coalesce(sum(credits - refunded_credits), 0) FROM @generations WHERE hold IS NULL) AS difference
   ) total WHERE difference <> 0`,

  // A hold belongs to its active generation, then to the outbox, which releases it without a commit or resolves it after the
  // end. Never to both.
  one_owner_per_hold: `SELECT g.id AS subject, g.state || ' with hold ' || g.hold || ', ' || count(item.id) || ' items' AS detail
     FROM @generations g LEFT JOIN @outbox item ON item.hold_key = g.id
     WHERE g.hold IS NOT NULL AND (g.finished_at IS NULL) = (g.hold = '{}')
       OR item.id IS NOT NULL AND (g.finished_at IS NULL OR g.hold IS NULL)
     GROUP BY g.id, g.state, g.hold`,

  ended_in_time: `SELECT id AS subject, state || ' since its time ended at ' || ends_at AS detail
   FROM (SELECT id, state, deadline_at + CASE WHEN state = 'storing' THEN :storingGraceMs ELSE 0 END AS ends_at
     FROM @generations WHERE finished_at IS NULL) active
   WHERE ends_at + ${lateToleranceMs} < ${now}`,

  active_not_ahead: `SELECT g.id AS subject, g.state || ' with times after now, such as ' || greatest(
     g.created_at, g.touched_at, coalesce(g.started_at, 0), coalesce(a.started_at, 0), coalesce(a.unknown_at, 0)
   ) AS detail
   FROM @generations g
   LEFT JOIN @attempts a ON a.generation_id = g.id AND a.number = g.attempts
   WHERE g.finished_at IS NULL AND greatest(
     g.created_at, g.touched_at, coalesce(g.started_at, 0), coalesce(a.started_at, 0), coalesce(a.unknown_at, 0)
   ) > ${now} + ${lateToleranceMs}`,

  completed_has_outputs: `SELECT g.id AS subject, 'no output' AS detail FROM @generations g
   WHERE g.state = 'completed' AND g.deleted_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM @outputs o WHERE o.generation_id = g.id)`,

  outputs_of_completed_only: `SELECT o.generation_id AS subject,
     count(*) || ' outputs, ' || coalesce(g.state, 'no generation') AS detail
   FROM @outputs o LEFT JOIN @generations g ON g.id = o.generation_id
   WHERE g.id IS NULL OR g.state <> 'completed' OR g.deleted_at IS NOT NULL
   GROUP BY o.generation_id, g.state`,

  one_generation_per_sequence: `SELECT owner_id AS subject, count(*) || ' generations of sequence ' || sequence AS detail
   FROM @generations WHERE sequence IS NOT NULL
   GROUP BY owner_id, sequence HAVING count(*) > 1`,

  log_starts_within_sequence: `SELECT id AS subject, 'log from ' || log_start || ', sequence ' || sequence AS detail
   FROM @owners WHERE log_start > sequence`,

  sequence_within_owner: `SELECT g.id AS subject, 'sequence ' || coalesce(g.sequence::text, 'missing') AS detail
   FROM @generations g LEFT JOIN @owners owner ON owner.id = g.owner_id
   WHERE g.sequence IS NULL OR owner.id IS NULL OR g.sequence > owner.sequence`,

  sequence_within_team: `SELECT g.id AS subject, 'sequence ' || coalesce(g.team_sequence::text, 'missing') AS detail
   FROM @generations g LEFT JOIN @owners team ON team.id = 'team:' || g.team_id
   WHERE g.team_id IS NOT NULL
     AND (g.team_sequence IS NULL OR team.id IS NULL OR g.team_sequence > team.sequence)`,

  one_generation_per_team_sequence: `SELECT team_id AS subject,
     count(*) || ' generations of sequence ' || team_sequence AS detail
   FROM @generations WHERE team_sequence IS NOT NULL
   GROUP BY team_id, team_sequence HAVING count(*) > 1`,
};

/** A read of the violations for each invariant. */
export const auditChecks = Object.entries(checks).map(([name, violations]) =>
  defineRead<{ readonly violations: Violation }>({
    name,
    parameters: { ...timeParameters, storingGraceMs: "bigint" },
    parts: { violations },
    isLong: true,
  }),
);
