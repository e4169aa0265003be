import type { LedgerRecord } from "../../../../ports/store/credits-store.js";
import type { OutcomeCount } from "../../../../ports/store/operator-counts.js";
import { refundKey } from "../../../../ports/store/operator-store.js";
import { causedBy } from "../../../arguments/caused-by.js";
import { toHostKey } from "../../../arguments/host-key.js";
import { refundOf } from "../../../arguments/refund-of.js";
import type { GenerationRow } from "../../../rows/generation-row.js";
import type { AttemptSummaryRow, OverviewRow, ScanRow, SummaryRow } from "../../../rows/operator-rows.js";
import { now } from "../../guards/guards.js";
import { isAtGate, isHeld, isTimed, isWaiting } from "../../guards/waiting.js";
import { typed } from "../../rows/typed-statement.js";
import { activeModels } from "../claim.js";
import { isIdle, waitingPairs } from "../queue/gates.js";
import { generationColumns } from "../reads.js";
import { transferKey } from "../resolve-debit.js";

/** Whether the result of a generation `g` was ready five minutes ago, and is not stored yet. Reads the attempt of storing generations only. */
const isSlowToStore = `(g.state = 'storing' AND (SELECT a.ended_at FROM safelight_attempts a
     WHERE a.generation_id = g.id AND a.number = g.attempts) < ${now} - 300000)`;

/**
 * Whether a generation `g` needs an operator, whatever its gate. Some conditions are also met for a moment in normal operation.
 */
const isStuckAnywhere = `(g.deadline_at < ${now} OR g.state = 'reconciling' OR g.expired_leases >= 3 OR ${isSlowToStore}
     OR (g.due_at < ${now} - 60000 AND NOT (${isAtGate})))`;

/** Whether it has waited at its gate for a minute. That is normal at a busy or closed gate: it is stuck at an idle one. */
const isLateAtGate = `(g.due_at < ${now} - 60000 AND ${isAtGate})`;

const isStuck = `(g.due_at IS NOT NULL AND (${isStuckAnywhere} OR (${isLateAtGate} AND ${isIdle("g.gate")})))`;

const providerId = `(SELECT a.provider_id FROM safelight_attempts a
     WHERE a.generation_id = g.id AND a.number = g.attempts)`;

/** Only a completed generation can be refunded by an operator. A transfer may have moved its credits before or after that. */
const refundedByOperator = `CASE WHEN g.state <> 'completed' THEN 0 ELSE coalesce((SELECT sum(l.amount)
     FROM safelight_ledger_entries l WHERE l.account_id IN (g.account_id, g.refund_account_id)
     AND l.key = '${toHostKey(refundKey)}' || g.id), 0) END`;

const summaryColumns = `g.id, g.owner_id AS ownerId, g.account_id AS accountId,
     coalesce(g.refund_account_id, g.account_id) AS refundAccountId, g.model, g.scope, g.state, g.credits,
     g.refunded_credits AS refundedCredits, ${refundedByOperator} AS refundedByOperator,
     CASE WHEN g.hold IS NULL THEN 'ledger' WHEN g.hold ->> 'sameDatabase' = 1 THEN 'hostTable' ELSE 'host' END AS creditsIn, g.attempts, ${providerId} AS providerId, g.failure_code AS failureCode,
     g.expired_leases AS expiredLeases, g.leased, g.due_at AS dueAt, g.deadline_at AS deadlineAt, g.created_at AS createdAt,
     g.started_at AS startedAt, g.finished_at AS finishedAt, g.cancel_requested_at AS cancelRequestedAt,
     g.deleted_at AS deletedAt`;

/** Of a row that has started. */
const isSlower = `${now} - started_at > (SELECT value FROM json_each(:slowerThan) WHERE key = model)`;

const isFound = `g.deleted_at IS NULL
     AND (:states IS NULL OR g.state IN (SELECT value FROM json_each(:states)))
     AND (:isStarted IS NULL OR g.finished_at IS NOT NULL OR (g.started_at IS NOT NULL) = :isStarted)
     AND (:isStuck = 0 OR ${isStuck})
     AND (:slowerThan IS NULL OR (g.finished_at IS NULL AND g.started_at IS NOT NULL AND ${isSlower}))
     AND (:models IS NULL OR g.model IN (SELECT value FROM json_each(:models)))
     AND (:accountId IS NULL OR g.account_id = :accountId)
     AND (:failureCodes IS NULL OR g.failure_code IN (SELECT value FROM json_each(:failureCodes)))
     AND (:providerIds IS NULL OR ${providerId} IN (SELECT value FROM json_each(:providerIds)))`;

const byTime = "WHERE id < :beforeId AND id >= :from ORDER BY id DESC LIMIT :scanLimit";

/** All active generations `g`, up to the limit. These indexes have them only, and no order by id. */
const activeOf = (columns: string) => `SELECT * FROM (SELECT ${columns} FROM safelight_generations g
       INDEXED BY safelight_generations_due WHERE ${isTimed} ORDER BY due_at LIMIT :scanLimit)
     UNION ALL SELECT ${columns} FROM safelight_generations g INDEXED BY safelight_generations_waiting WHERE ${isWaiting}
     LIMIT :scanLimit`;

/**
 * The rows that a search reads, from an index alone. A subquery with a limit, so that a rare match cannot read the whole table.
 */
const sources = {
  time: `SELECT rowid AS position, id FROM safelight_generations ${byTime}`,
  owner: `SELECT rowid AS position, id FROM safelight_generations WHERE owner_id = :ownerId AND deleted_at IS NULL
     AND id < :beforeId AND id >= :from ORDER BY id DESC LIMIT :scanLimit`,
  // No page continues it, so its ids are not read.
  active: activeOf("rowid AS position, NULL AS id"),
};

/**
 * `CROSS JOIN` fixes the order: otherwise SQLite may read all generations and look for each in the subquery. Only the rows of
 * the page get their columns, some of which need reads of other tables.
 */
const findIn = (source: string) =>
  typed<SummaryRow>(`SELECT ${summaryColumns} FROM (
     SELECT g.rowid AS position FROM (${source}) found CROSS JOIN safelight_generations g ON g.rowid = found.position
     WHERE g.id < :beforeId AND g.id >= :from AND ${isFound} ORDER BY g.id DESC LIMIT :limit
   ) page CROSS JOIN safelight_generations g ON g.rowid = page.position ORDER BY g.id DESC`);

const scanOf = (source: string) =>
  typed<ScanRow>(`SELECT count(*) AS scanned, min(id) AS last, ${now} AS now FROM (${source})`);

export const findByTime = findIn(sources.time);
export const findOfOwner = findIn(sources.owner);
export const findActive = findIn(sources.active);
export const scanByTime = scanOf(sources.time);
export const scanOfOwner = scanOf(sources.owner);
export const scanActive = scanOf(sources.active);

const countedColumns = `id, owner_id, state, model, due_at, started_at, (${isWaiting}) AS waits, (${isHeld}) AS is_held,
       ${isStuckAnywhere} AS is_stuck, iif(${isLateAtGate}, gate, NULL) AS late_gate`;

/** Of a counted row. */
const isCountedStuck = "(is_stuck OR late_gate IN (SELECT gate FROM idle))";
const listOf = (list: string, condition: string) => `SELECT * FROM (
     SELECT '${list}', id, NULL, NULL, 0, 0, NULL, 0, 0 FROM active WHERE ${condition} ORDER BY id DESC LIMIT :listLimit
   )`;

/** Reads each active row once for all counts and lists, and looks at each gate once. */
export const readActiveStatement = typed<OverviewRow>(
  `WITH active AS MATERIALIZED (${activeOf(countedColumns)}),
   idle AS MATERIALIZED (
     SELECT late_gate AS gate FROM active WHERE late_gate IS NOT NULL GROUP BY late_gate HAVING ${isIdle("late_gate")}
   )
   SELECT 'model' AS list, NULL AS id, state, model, count(*) AS count, sum(iif(${isCountedStuck}, 1, 0)) AS stuck,
     min(due_at) AS oldestDueAt, 0 AS waiting, 0 AS inProgress FROM active GROUP BY state, model
   UNION ALL SELECT * FROM (
     SELECT 'owner', owner_id, NULL, NULL, 0, 0, NULL, sum(waits) AS waiting, sum(is_held)
     FROM active GROUP BY owner_id HAVING sum(waits) > 0 ORDER BY waiting DESC, owner_id LIMIT 10
   )
   UNION ALL ${listOf("stuck", isCountedStuck)}
   UNION ALL ${listOf("slow", `started_at IS NOT NULL AND ${isSlower}`)}`,
);

export const listSummariesStatement = typed<SummaryRow>(
  `SELECT ${summaryColumns} FROM json_each(:ids) listed CROSS JOIN safelight_generations g ON g.id = listed.value
   ORDER BY g.id DESC`,
);

/** One index step for each. */
export const activeModelsStatement = typed<{ readonly model: string }>(
  `${activeModels}, ${waitingPairs} SELECT model FROM active WHERE model IS NOT NULL UNION SELECT model FROM pair`,
);

export const countOutcomesStatement = typed<OutcomeCount>(
  `SELECT CAST(max(created_at - :fromMs, 0) / :intervalMs AS INTEGER) AS interval, model, state,
     failure_code AS failureCode, count(*) AS count, sum(credits) AS credits, sum(refunded_credits) AS refundedCredits
   FROM (SELECT created_at, model, state, failure_code, credits, refunded_credits FROM safelight_generations ${byTime})
   GROUP BY 1, 2, 3, 4`,
);

export const operatorTimeStatement = typed<{ readonly now: number }>(`SELECT ${now} AS now`);

export const getDetailStatement = typed<GenerationRow>(
  `SELECT ${generationColumns} FROM safelight_generations g WHERE g.id = :id`,
);

export const getSummaryStatement = typed<SummaryRow>(
  `SELECT ${summaryColumns} FROM safelight_generations g WHERE g.id = :id`,
);

export const listAttemptsStatement = typed<AttemptSummaryRow>(
  `SELECT number, state, provider_id AS providerId, operation, failure, costs, started_at AS startedAt,
     unknown_at AS unknownAt, ended_at AS endedAt, job_cancel AS jobCancel
   FROM safelight_attempts WHERE generation_id = :id ORDER BY number`,
);

/** Keys of the ledger entries that a generation `g` can have, on the account that paid and the one that is refunded. */
export const listEntriesStatement = typed<LedgerRecord>(
  `SELECT l.id, l.kind, l.amount, l.reason, l.generation_id AS generationId,
     ${refundOf("l.key")} AS refundOf,
     ${causedBy({ entry: "l", actions: "safelight_operator_actions" })} AS causedBy, g.owner_id AS ownerId,
     l.created_at AS createdAt
   FROM safelight_generations g JOIN safelight_ledger_entries l ON l.account_id IN (g.account_id, g.refund_account_id)
     AND l.key IN ('gen:' || g.id || ':debit', 'gen:' || g.id || ':resolution', '${transferKey}' || g.id,
       '${toHostKey(refundKey)}' || g.id)
   WHERE g.id = :id`,
);
