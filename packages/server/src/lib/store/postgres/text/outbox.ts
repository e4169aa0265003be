/**
 * Adds jobs of generations `g` and their attempts `a` to the outbox. The payload is built as text: an operation may be
 * nested deeper than the database can parse, and that must not block the end of its generation.
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
}): string => `INSERT INTO @outbox (topic, payload, generation_id, model, tries, due_at, created_at)
  SELECT 'cancel_job', concat('{"generationId":', to_json(g.id), ',"model":', to_json(g.model),
    ',"providerId":', to_json(a.provider_id), ',"attempt":', a.number, ',"token":', to_json(a.token),
    ',"operation":', coalesce(${operation}, 'null'), ',"operationHint":', coalesce(${operationHint}, 'null'), '}'),
    g.id, g.model, 0, ${at}, ${at}
  FROM ${from} ORDER BY a.number`;

/** Adds an object to delete to the outbox. Both are expressions. */
export const enqueueObjectDeletion = (key: string, at: string): string =>
  `INSERT INTO @outbox (topic, payload, tries, due_at, created_at)
  VALUES ('delete_objects', json_build_array(${key})::text, 0, ${at}, ${at})`;

/** Adds all objects of a generation to the outbox, to delete them. Both are expressions. */
export const enqueuePrefixDeletion = (prefix: string, at: string): string =>
  `INSERT INTO @outbox (topic, payload, tries, due_at, created_at)
  VALUES ('delete_prefix', to_json(${prefix})::text, 0, ${at}, ${at})`;

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
