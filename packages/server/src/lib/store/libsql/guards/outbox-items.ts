import { lateBytesMs } from "../../../ports/late-bytes.js";
import { capacityGraceMs } from "../../clock/gate-capacity.js";
import { confirmedNow, now } from "./guards.js";

/**
 * Deletes all objects of generations through the outbox: now, and once more after `lateBytesMs` if an abandoned `put` may
 * still store bytes. Without an attempt there are none.
 *
 * @param options.at an expression.
 * @param options.lastPutAt an expression: no `put` began later.
 */
export function enqueuePrefixDeletion(
  condition: string,
  { at = "touched_at", lastPutAt = "finished_at" }: { readonly at?: string; readonly lastPutAt?: string } = {},
): string {
  return `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'delete_prefix', json_quote(storage_prefix), 0, ${at} + delay_ms, ${at}
   FROM safelight_generations CROSS JOIN (SELECT 0 AS delay_ms UNION ALL SELECT ${lateBytesMs})
   WHERE ${condition} AND attempts > 0 AND (delay_ms = 0 OR ${lastPutAt} > ${at} - delay_ms)`;
}

/**
 * Adds jobs of generations `g` and their attempts `a` to the outbox, where they hold their capacity at the gate. SQLite
 * cannot parse an operation that is nested too deep. That must not block the end of its generation, so the worker then finds
 * the job by its token.
 *
 * @param options.operation `NULL` if only the hint is known.
 */
export function enqueueCancels(
  condition: string,
  {
    operation,
    operationHint = "a.operation_hint",
  }: { readonly operation: string; readonly operationHint?: string | undefined },
): string {
  return `INSERT INTO safelight_outbox (topic, gate, capacity_until, capacity_token, payload, tries, due_at, created_at)
   SELECT 'cancel_job', a.gate, max(${now}, a.started_at + g.deadline_at - max(g.created_at, coalesce(g.not_before, 0)))
       + ${capacityGraceMs}, a.token, json_object('generationId', g.id, 'model', g.model, 'providerId', a.provider_id,
     'attempt', a.number, 'token', a.token, 'operation', ${readable(operation)}, 'operationHint', ${readable(operationHint)}), 0, ${now}, ${now}
   FROM safelight_generations g JOIN safelight_attempts a ON a.generation_id = g.id
   WHERE ${condition}`;
}

/**
 * Of several items of one attempt, only the newest one holds capacity: a late response adds an item with the operation.
 *
 * @param token an expression.
 */
export const keepNewestCapacity = (token: string): string => `${releaseCapacityOf(token)}
   AND id < (SELECT max(id) FROM safelight_outbox WHERE ${isJobOf(token)})`;

/** The job of an attempt has ended, so it holds no capacity. */
export const releaseCapacityOf = (token: string): string =>
  `UPDATE safelight_outbox SET gate = NULL WHERE gate IS NOT NULL AND ${isJobOf(token)}`;

const isJobOf = (token: string): string =>
  `topic = 'cancel_job' AND ${jobGenerationId} = :id AND capacity_token = ${token}`;

function readable(json: string): string {
  return `json(CASE WHEN json_valid(${json}) THEN ${json} END)`;
}

/** The generation of a `cancel_job` item, as in the index; `NULL` if SQLite cannot parse the payload. */
export const jobGenerationId = "CAST(CASE WHEN json_valid(payload) THEN payload ->> 'generationId' END AS TEXT)";

/**
 * Whether a worker with `:topics` and `:models` can process an outbox item. Any worker may claim a job whose payload
 * SQLite cannot parse, because an operation is nested too deep: it must not hide the other items.
 */
export const isForWorker = `topic IN (SELECT value FROM json_each(:topics))
     AND (topic <> 'cancel_job' OR CASE WHEN json_valid(payload)
       THEN payload ->> 'model' IN (SELECT value FROM json_each(:models)) ELSE 1 END)`;

/** Whether an item is a hold whose submit may still be in progress: `endHolds` sets its due time back. */
export const isOpenHold = "topic = 'resolve_hold' AND tries = 0 AND due_at > created_at";

/** An open hold whose time is not confirmed. With `:skipsOpen`, the caller decides when to claim it. */
export const isSkipped = `(:skipsOpen = 1 AND ${isOpenHold} AND due_at > ${confirmedNow})`;
