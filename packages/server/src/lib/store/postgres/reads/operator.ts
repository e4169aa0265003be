import type { LedgerRecord } from "../../../ports/store/credits-store.js";
import type { OutcomeCount } from "../../../ports/store/operator-counts.js";
import { refundKey } from "../../../ports/store/operator-store.js";
import { causedBy } from "../../arguments/caused-by.js";
import { toHostKey } from "../../arguments/host-key.js";
import { refundOf } from "../../arguments/refund-of.js";
import type { GenerationRow } from "../../rows/generation-row.js";
import type {
  AttemptSummaryRow,
  OperatorActionRow,
  OverviewRow,
  ScanRow,
  SummaryRow,
} from "../../rows/operator-rows.js";
import { bulkOf } from "../functions/operator/record-action.js";
import { transferKey } from "../functions/resolve-debit.js";
import { defineRead } from "../text/define-read.js";
import { listOf } from "../text/list-of.js";
import type { Parameters } from "../text/parameters.js";
import { activeModels } from "../text/queue/active-models.js";
import { isIdle, waitingPairs } from "../text/queue/gates.js";
import { isAtGate, isHeld, isTimed, isWaiting } from "../text/queue/waiting.js";
import { nowInRead, timeParameters } from "../text/time.js";
import { generationColumns } from "./generation-columns.js";

/** Whether the result of a generation `g` was ready five minutes ago, and is not stored yet. Reads the attempt of storing generations only. */
const isSlowToStore = `(g.state = 'storing' AND (SELECT a.ended_at FROM @attempts a
      WHERE a.generation_id = g.id AND a.number = g.attempts) < ${nowInRead} - 300000)`;

/**
 * Whether a generation `g` needs an operator, whatever its gate. Some conditions are also met for a moment in normal operation.
 */
const isStuckAnywhere = `(g.deadline_at < ${nowInRead} OR g.state = 'reconciling' OR g.expired_leases >= 3 OR ${isSlowToStore}
      OR (g.due_at < ${nowInRead} - 60000 AND NOT (${isAtGate})))`;

/** Whether it has waited at its gate for a minute. That is normal at a busy or closed gate: it is stuck at an idle one. */
const isLateAtGate = `(g.due_at < ${nowInRead} - 60000 AND ${isAtGate})`;

const isStuck = `(g.due_at IS NOT NULL
      AND (${isStuckAnywhere} OR (${isLateAtGate} AND ${isIdle("g.gate", nowInRead)})))`;

const providerId = `(SELECT a.provider_id FROM @attempts a WHERE a.generation_id = g.id AND a.number = g.attempts)`;

/** Only a completed generation can be refunded by an operator. A transfer may have moved its credits before or after that. */
const refundedByOperator = `CASE WHEN g.state <> 'completed' THEN 0 ELSE coalesce((SELECT sum(l.amount)
      FROM @ledger_entries l WHERE l.account_id IN (g.account_id, g.refund_account_id)
      AND l.key = '${toHostKey(refundKey)}' || g.id), 0)::bigint END`;

const summaryColumns = `g.id, g.owner_id AS "ownerId", g.account_id AS "accountId",
    coalesce(g.refund_account_id, g.account_id) AS "refundAccountId", g.model, g.scope, g.state, g.credits,
    g.refunded_credits AS "refundedCredits", ${refundedByOperator} AS "refundedByOperator", CASE WHEN g.hold IS NULL THEN 'ledger'
      WHEN g.hold::json ->> 'sameDatabase' = '1' THEN 'hostTable' ELSE 'host' END AS "creditsIn", g.attempts, ${providerId} AS "providerId", g.failure_code AS "failureCode",
    g.expired_leases AS "expiredLeases", g.leased, g.due_at AS "dueAt", g.deadline_at AS "deadlineAt",
    g.created_at AS "createdAt", g.started_at AS "startedAt", g.finished_at AS "finishedAt",
    g.cancel_requested_at AS "cancelRequestedAt", g.deleted_at AS "deletedAt"`;

const isSlower = `${nowInRead} - started_at > (:slowerThan::json ->> model)::bigint`;

const isFound = `g.deleted_at IS NULL
    AND (:states IS NULL OR g.state = ANY (${listOf(":states")}))
    AND (:isStarted IS NULL OR g.finished_at IS NOT NULL OR (g.started_at IS NOT NULL)::int = :isStarted)
    AND (:isStuck = 0 OR ${isStuck})
    AND (:slowerThan IS NULL OR (g.finished_at IS NULL AND ${isSlower}))
    AND (:models IS NULL OR g.model = ANY (${listOf(":models")}))
    AND (:accountId IS NULL OR g.account_id = :accountId)
    AND (:failureCodes IS NULL OR g.failure_code = ANY (${listOf(":failureCodes")}))
    AND (:providerIds IS NULL OR ${providerId} = ANY (${listOf(":providerIds")}))`;

/** The rows that a search reads. A subquery with a limit, so that a rare match cannot read the whole table. */
const sources = {
  time: `SELECT i.* FROM @generations i WHERE i.id < :beforeId AND i.id >= :from ORDER BY i.id DESC LIMIT :scanLimit`,
  // Compares pairs, so that Postgres walks the owner's index also if the owner has a large share of the rows.
  owner: `SELECT i.* FROM @generations i WHERE (i.owner_id, i.id) >= (:ownerId, :from)
      AND (i.owner_id, i.id) < (:ownerId, :beforeId) AND i.deleted_at IS NULL
      ORDER BY i.owner_id DESC, i.id DESC LIMIT :scanLimit`,
  active: `(SELECT i.* FROM @generations i WHERE ${isTimed} ORDER BY i.due_at LIMIT :scanLimit)
      UNION ALL (SELECT i.* FROM @generations i WHERE ${isWaiting} ORDER BY i.gate, i.rank LIMIT :scanLimit)
      LIMIT :scanLimit`,
};

const findParameters = {
  ...timeParameters,
  ownerId: "text",
  accountId: "text",
  models: "text",
  providerIds: "text",
  failureCodes: "text",
  slowerThan: "text",
  states: "text",
  isStarted: "bigint",
  isStuck: "bigint",
  from: "text",
  beforeId: "text",
  limit: "bigint",
  scanLimit: "bigint",
} as const satisfies Parameters;

const findIn = (name: keyof typeof sources) =>
  defineRead<{ readonly rows: SummaryRow; readonly scan: ScanRow }>({
    name: `operator_find_${name}`,
    parameters: findParameters,
    parts: {
      rows: `SELECT ${summaryColumns} FROM (${sources[name]}) g
        WHERE g.id < :beforeId AND g.id >= :from AND ${isFound} ORDER BY g.id DESC LIMIT :limit`,
      scan: `SELECT count(*) AS scanned, min(found.id) AS last, ${nowInRead} AS now FROM (${sources[name]}) found`,
    },
  });

export const findByTime = findIn("time");
export const findOfOwner = findIn("owner");
export const findActive = findIn("active");

/** Of a counted row. */
const isCountedStuck = "(is_stuck OR late_gate IN (SELECT gate FROM idle))";
const listOfActive = (list: string, condition: string) => `(
        SELECT '${list}', id, NULL, NULL, 0, 0, NULL, 0, 0 FROM active WHERE ${condition} ORDER BY id DESC LIMIT :listLimit
      )`;

export const readOverview = defineRead<{
  readonly rows: OverviewRow;
  readonly outcomes: OutcomeCount;
  readonly time: { readonly now: number };
}>({
  name: "operator_overview",
  parameters: {
    ...timeParameters,
    from: "text",
    beforeId: "text",
    fromMs: "bigint",
    intervalMs: "bigint",
    scanLimit: "bigint",
    listLimit: "bigint",
    slowerThan: "text",
  },
  parts: {
    // Reads each active row once for all counts and lists, and looks at each gate once.
    rows: `WITH active AS MATERIALIZED (
        SELECT g.id, g.owner_id, g.state, g.model, g.due_at, g.started_at, (${isWaiting}) AS waits, ${isHeld} AS is_held,
          ${isStuckAnywhere} AS is_stuck, CASE WHEN ${isLateAtGate} THEN g.gate END AS late_gate
        FROM (${sources.active}) g
      ), idle AS MATERIALIZED (
        SELECT late.gate FROM (SELECT DISTINCT late_gate AS gate FROM active WHERE late_gate IS NOT NULL) late
        WHERE ${isIdle("late.gate", nowInRead)}
      )
      SELECT 'model' AS list, NULL::text AS id, state, model, count(*) AS count,
        count(*) FILTER (WHERE ${isCountedStuck}) AS stuck, min(due_at) AS "oldestDueAt", 0 AS waiting, 0 AS "inProgress"
      FROM active GROUP BY state, model
      UNION ALL (
        SELECT 'owner', owner_id, NULL, NULL, 0, 0, NULL, count(*) FILTER (WHERE waits) AS waiting,
          count(*) FILTER (WHERE is_held)
        FROM active GROUP BY owner_id HAVING count(*) FILTER (WHERE waits) > 0 ORDER BY waiting DESC, owner_id LIMIT 10
      )
      UNION ALL ${listOfActive("stuck", isCountedStuck)}
      UNION ALL ${listOfActive("slow", isSlower)}`,
    outcomes: `SELECT greatest(g.created_at - :fromMs, 0) / :intervalMs AS interval, g.model, g.state,
        g.failure_code AS "failureCode", count(*) AS count, sum(g.credits) AS credits,
        sum(g.refunded_credits) AS "refundedCredits"
      FROM (${sources.time}) g GROUP BY 1, 2, 3, 4`,
    time: `SELECT ${nowInRead} AS now`,
  },
});

export const listSummaries = defineRead<{ readonly rows: SummaryRow }>({
  name: "operator_summaries",
  parameters: { ids: "text" },
  parts: {
    rows: `SELECT ${summaryColumns} FROM @generations g WHERE g.id = ANY (${listOf(":ids")}) ORDER BY g.id DESC`,
  },
});

/** One index step for each. */
export const listActiveModels = defineRead<{ readonly models: { readonly model: string } }>({
  name: "operator_active_models",
  parameters: {},
  parts: {
    models: `${activeModels}, ${waitingPairs} SELECT model FROM active WHERE model IS NOT NULL UNION SELECT model FROM pair`,
  },
});

const actionColumns = `o.position, o.actor, o.action, o.subject, o.reason, o.outcome, o.state_before AS before,
    o.state_after AS after, o.created_at AS at, ${bulkOf} AS bulk`;

const latestActions = `o.position < coalesce(:before, 9223372036854775807) ORDER BY o.position DESC LIMIT :limit`;

export const getDetail = defineRead<{
  readonly generation: GenerationRow;
  readonly summary: SummaryRow;
  readonly attempts: AttemptSummaryRow;
  readonly entries: LedgerRecord;
  readonly time: { readonly now: number };
}>({
  name: "operator_detail",
  parameters: { ...timeParameters, id: "text" },
  parts: {
    generation: `SELECT ${generationColumns} FROM @generations g WHERE g.id = :id`,
    summary: `SELECT ${summaryColumns} FROM @generations g WHERE g.id = :id`,
    attempts: `SELECT a.number, a.state, a.provider_id AS "providerId", a.operation, a.failure, a.costs,
        a.started_at AS "startedAt", a.unknown_at AS "unknownAt", a.ended_at AS "endedAt", a.job_cancel AS "jobCancel"
      FROM @attempts a WHERE a.generation_id = :id ORDER BY a.number`,
    entries: `SELECT l.id, l.kind, l.amount, l.reason, l.generation_id AS "generationId",
        ${refundOf("l.key")} AS "refundOf",
        ${causedBy({ entry: "l", actions: "@operator_actions" })} AS "causedBy", g.owner_id AS "ownerId",
        l.created_at AS "createdAt"
      FROM @generations g JOIN @ledger_entries l ON l.account_id IN (g.account_id, g.refund_account_id)
        AND l.key IN ('gen:' || g.id || ':debit', 'gen:' || g.id || ':resolution', '${transferKey}' || g.id,
          '${toHostKey(refundKey)}' || g.id)
      WHERE g.id = :id ORDER BY l.id`,
    time: `SELECT ${nowInRead} AS now`,
  },
});

const actionParameters = { subject: "text", before: "bigint", limit: "bigint" } as const satisfies Parameters;

const isListed = `o.position >= coalesce(:fromPosition, 0) AND (:action IS NULL OR o.action = :action)
      AND (:actor IS NULL OR o.actor = :actor) AND (:ownerId IS NULL OR o.subject = :ownerId
        OR (SELECT g.owner_id FROM @generations g WHERE g.id = o.subject) = :ownerId)`;

export const listActions = defineRead<{ readonly actions: OperatorActionRow }>({
  name: "operator_actions",
  parameters: {
    before: "bigint",
    limit: "bigint",
    fromPosition: "bigint",
    action: "text",
    actor: "text",
    ownerId: "text",
  },
  parts: { actions: `SELECT ${actionColumns} FROM @operator_actions o WHERE ${isListed} AND ${latestActions}` },
});

export const listActionsOf = defineRead<{ readonly actions: OperatorActionRow }>({
  name: "operator_actions_of",
  parameters: actionParameters,
  parts: {
    actions: `SELECT ${actionColumns} FROM @operator_actions o WHERE o.subject = :subject AND ${latestActions}`,
  },
});

export const listCreditActions = defineRead<{
  readonly actions: OperatorActionRow;
  readonly adjustments: OperatorActionRow;
}>({
  name: "operator_credit_actions",
  parameters: { generationIds: "text", accountId: "text", entryIds: "text" },
  parts: {
    actions: `SELECT ${actionColumns} FROM @operator_actions o WHERE o.subject = ANY (${listOf(":generationIds")})
      AND o.action IN ('cancel', 'end', 'refund', 'retry') AND o.outcome = 'applied'`,
    adjustments: `SELECT ${actionColumns} FROM (
        SELECT * FROM @operator_actions WHERE subject = :accountId ORDER BY position DESC LIMIT 10000) o
      WHERE o.action = 'adjust' AND o.outcome = 'applied'
        AND o.state_after::json ->> 'entry' = ANY (${listOf(":entryIds")})`,
  },
});

export const readBulk = defineRead<{
  readonly records: OperatorActionRow & { readonly total: number };
  readonly effects: { readonly outcome: OperatorActionRow["outcome"]; readonly count: number };
  readonly left: { readonly id: string };
}>({
  name: "operator_bulk",
  parameters: { key: "text", limit: "bigint" },
  parts: {
    records: `SELECT ${actionColumns}, json_array_length(o.bulk_ids::json) AS total
      FROM @operator_actions o WHERE o.id = :key AND o.bulk_ids IS NOT NULL`,
    effects: `SELECT o.outcome, count(*) AS count FROM @operator_actions o
      WHERE o.id > :key || ':' AND o.id < :key || ';' GROUP BY o.outcome`,
    left: `SELECT item.id FROM @operator_actions o,
        json_array_elements_text(o.bulk_ids::json) WITH ORDINALITY AS item (id, number)
      WHERE o.id = :key
        AND (SELECT e.position FROM @operator_actions e WHERE e.id = :key || ':' || item.id) IS NULL
      ORDER BY item.number LIMIT :limit`,
  },
});
