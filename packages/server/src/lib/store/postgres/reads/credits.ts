import type { CostRecord, LedgerRecord } from "../../../ports/store/credits-store.js";
import { causedBy } from "../../arguments/caused-by.js";
import { refundOf } from "../../arguments/refund-of.js";
import { defineRead } from "../text/define-read.js";

/** The key that encrypts the ids of entries. */
export const entryKey = defineRead<{ readonly setting: { readonly value: string } }>({
  name: "entry_key",
  parameters: {},
  parts: { setting: "SELECT value FROM @settings WHERE name = 'entry_key'" },
});

/** The balance, and entries, newest first. */
export const creditsPage = defineRead<{
  readonly account: { readonly balance: number };
  readonly entries: LedgerRecord;
}>({
  name: "credits_page",
  parameters: { accountId: "text", before: "bigint", limit: "bigint" },
  parts: {
    account: "SELECT balance FROM @accounts WHERE id = :accountId",
    entries: `SELECT l.id, l.kind, l.amount, l.reason, l.generation_id AS "generationId",
        ${refundOf("l.key")} AS "refundOf",
        ${causedBy({ entry: "l", actions: "@operator_actions" })} AS "causedBy", g.owner_id AS "ownerId",
        l.created_at AS "createdAt"
      FROM @ledger_entries l LEFT JOIN @generations g ON g.id = coalesce(l.generation_id, ${refundOf("l.key")})
      WHERE l.account_id = :accountId AND l.id < coalesce(:before, 9223372036854775807)
      ORDER BY l.id DESC LIMIT :limit`,
  },
});

/**
 * The costs of an attempt `a`, as a JSON list. Postgres cannot decode every escape of JSON, such as the one for a zero
 * byte. The costs of such an attempt count as not reported: one damaged unit must not hide all others.
 */
const readableCosts = String.raw`(CASE WHEN strpos(a.costs, '\u') = 0 THEN a.costs END)::json`;

/**
 * Credits of ended generations that were not refunded. Each counts once, with the first unit of its latest attempt, which
 * may have costs in several units.
 */
const keptCredits = `coalesce(sum(
        CASE WHEN coalesce(cost.number, 1) = 1 AND a.number = g.attempts AND g.finished_at IS NOT NULL
          THEN g.credits - g.refunded_credits END), 0)`;

/**
 * Ids of generations begin with their time, so a range of ids is a range of time. Reads the whole range on purpose. Decimal
 * numbers have one sum, which does not depend on the order of the rows.
 */
export const readCosts = defineRead<{ readonly costs: CostRecord }>({
  name: "read_costs",
  parameters: { from: "text", to: "text" },
  parts: {
    costs: `SELECT g.model, a.provider_id AS "providerId", cost.unit, count(*) AS attempts,
        coalesce(sum(cost.amount), 0)::float8 AS amount, ${keptCredits} AS credits
      FROM @attempts a JOIN @generations g ON g.id = a.generation_id
      LEFT JOIN LATERAL (
        SELECT (v.cost ->> 'unit') COLLATE "C" AS unit, (v.cost ->> 'amount')::numeric AS amount, v.number
        FROM json_array_elements(${readableCosts}) WITH ORDINALITY v (cost, number)
      ) cost ON true
      WHERE a.generation_id >= :from AND a.generation_id < :to
      GROUP BY g.model, a.provider_id, cost.unit
      ORDER BY g.model, a.provider_id, cost.unit NULLS FIRST`,
  },
  isLong: true,
});
