import { lateBytesMs } from "../../../ports/late-bytes.js";
import { capacityGraceMs } from "../../clock/gate-capacity.js";

/**
 * Adds jobs of generations `g` and their attempts `a` to the outbox, where they hold their capacity at the gate. The payload
 * is built as text: an operation may be nested deeper than the database can parse, and that must not block the end of its
 * generation.
 *
 * @param options.from the tables, and the condition.
 * @param options.operation an expression of JSON text; `NULL` if only the hint is known.
 * @param options.at an expression.
 */
export const enqueueCancels = ({
  at,
  from,
  operation,
  operationHint = "a.operation_hint",
}: {
  readonly from: string;
  readonly operation: string;
  readonly operationHint?: string;
  readonly at: string;
}): string => `INSERT INTO @outbox (topic, gate, capacity_until, capacity_token, payload, generation_id, model, tries, due_at, created_at)
  SELECT 'cancel_job', a.gate, greatest(${at}, a.started_at + g.deadline_at - greatest(g.created_at, g.not_before)) + ${capacityGraceMs},
    a.token, concat('{"generationId":', to_json(g.id), ',"model":', to_json(g.model),
    ',"providerId":', to_json(a.provider_id), ',"attempt":', a.number, ',"token":', to_json(a.token),
    ',"operation":', coalesce(${operation}, 'null'), ',"operationHint":', coalesce(${operationHint}, 'null'), '}'),
    g.id, g.model, 0, ${at}, ${at}
  FROM ${from} ORDER BY a.number`;

const isJobOf = (token: string): string => `topic = 'cancel_job' AND generation_id = :id AND capacity_token = ${token}`;

/** The job of an attempt has ended, so it holds no capacity. */
export const releaseCapacityOf = (token: string): string =>
  `UPDATE @outbox SET gate = NULL WHERE gate IS NOT NULL AND ${isJobOf(token)}`;

/**
 * Of several items of one attempt, only the newest one holds capacity: a late response adds an item with the operation.
 *
 * @param token an expression.
 */
export const keepNewestCapacity = (token: string): string => `${releaseCapacityOf(token)}
      AND id < (SELECT max(id) FROM @outbox WHERE ${isJobOf(token)})`;

/** Adds an object to delete to the outbox. Both are expressions. */
export const enqueueObjectDeletion = (key: string, at: string): string =>
  `INSERT INTO @outbox (topic, payload, tries, due_at, created_at)
  VALUES ('delete_objects', json_build_array(${key})::text, 0, ${at}, ${at})`;

/**
 * Deletes all objects of generations through the outbox: now, and once more after `lateBytesMs` if an abandoned `put` may
 * still store bytes. Without an attempt there are none.
 *
 * @param condition of the generations.
 * @param options.at an expression.
 * @param options.lastPutAt an expression: no `put` began later.
 */
export const enqueuePrefixDeletion = (
  condition: string,
  { at, lastPutAt = "finished_at" }: { readonly at: string; readonly lastPutAt?: string },
): string => `INSERT INTO @outbox (topic, payload, tries, due_at, created_at)
  SELECT 'delete_prefix', to_json(storage_prefix)::text, 0, ${at} + delay_ms, ${at}
  FROM @generations, (VALUES (0), (${lateBytesMs})) late (delay_ms)
  WHERE ${condition} AND attempts > 0 AND (delay_ms = 0 OR ${lastPutAt} > ${at} - delay_ms)
  ORDER BY delay_ms, id`;

/**
 * Adds announcements of the end of `:id`, and of its refund, to the outbox for each target in `:announceTo`. Both are
 * expressions.
 */
export const announceEnd = ({
  at,
  refundedCredits,
}: {
  readonly refundedCredits: string;
  readonly at: string;
}): string => `INSERT INTO @outbox (topic, payload, tries, due_at, created_at)
  SELECT 'announce_to_' || t.target,
    json_build_object('generationId', :id, 'event', e.event, 'target', t.target)::text, 0, ${at}, ${at}
  FROM (VALUES (1, 'ended'), (2, 'refunded')) e (number, event),
    json_array_elements_text(:announceTo::json) WITH ORDINALITY t (target, number)
  WHERE e.event = 'ended' OR ${refundedCredits} > 0
  ORDER BY e.number, t.number`;
