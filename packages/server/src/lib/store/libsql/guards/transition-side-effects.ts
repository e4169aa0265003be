import { now } from "./guards.js";

/**
 * Whether the guarded write of this command changed a generation visibly. The later statements of the command require
 * it, so none takes effect if the guard refused or the command is a repeat; `assignSequence` clears it. A `park` without
 * a visible change leaves no mark. The statements after it match the command's token instead, and are idempotent.
 */
export const isMarked = "sequence IS NULL";

/**
 * Deletes unused objects through the outbox after the end: the last preview of a completed generation, and all objects
 * of a failed or canceled one. Of a generation that was deleted before its end, deletes all objects.
 */
export const deleteUnusedObjects: readonly string[] = [
  `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'delete_objects', json_array(preview_key), 0, touched_at, touched_at FROM safelight_generations
   WHERE id = :id AND ${isMarked} AND state = 'completed' AND preview_key IS NOT NULL`,

  enqueuePrefixDeletion(`id = :id AND ${isMarked} AND (state IN ('failed', 'canceled') OR deleted_at IS NOT NULL)`),

  `UPDATE safelight_generations SET preview_key = NULL, preview_content_type = NULL
   WHERE id = :id AND ${isMarked} AND finished_at IS NOT NULL AND preview_key IS NOT NULL`,
];

/** Deletes all objects of a generation through the outbox. Without an attempt there are none. */
export function enqueuePrefixDeletion(condition: string): string {
  return `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'delete_prefix', json_quote(storage_prefix), 0, touched_at, touched_at FROM safelight_generations
   WHERE ${condition} AND attempts > 0`;
}

/**
 * Adds every job that may still run after its generation has ended to the outbox. The credits are settled first, and
 * the provider is canceled afterwards, even after a crash in between.
 */
export const cancelJobs = enqueueCancels(
  `g.id = :id AND g.${isMarked} AND g.finished_at IS NOT NULL AND (
     a.state IN ('intent', 'unknown', 'accepted')
     OR (a.state <> 'done' AND a.operation IS NULL AND a.operation_hint IS NOT NULL))`,
  { operation: "a.operation" },
);

/**
 * Adds jobs of generations `g` and their attempts `a` to the outbox. SQLite cannot parse an operation that is nested
 * too deep. That must not block the end of its generation, so the worker then finds the job by its token.
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
  return `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'cancel_job', json_object('generationId', g.id, 'model', g.model, 'providerId', a.provider_id,
     'attempt', a.number, 'token', a.token, 'operation', ${readable(operation)}, 'operationHint', ${readable(operationHint)}), 0, ${now}, ${now}
   FROM safelight_generations g JOIN safelight_attempts a ON a.generation_id = g.id
   WHERE ${condition}`;
}

function readable(json: string): string {
  return `json(CASE WHEN json_valid(${json}) THEN ${json} END)`;
}

/** The generation of a `cancel_job` item, as in the index; `NULL` if SQLite cannot parse the payload. */
export const jobGenerationId = "CAST(CASE WHEN json_valid(payload) THEN payload ->> 'generationId' END AS TEXT)";

/** Whether the content of a generation was deleted: a late or repeated command must not restore it. */
export const isPurged = `EXISTS (
    SELECT 1 FROM safelight_generations WHERE id = :id AND finished_at IS NOT NULL AND deleted_at IS NOT NULL)`;

/**
 * Whether a worker with `:topics` and `:models` can process an outbox item. Any worker may claim a job whose payload
 * SQLite cannot parse, because an operation is nested too deep: it must not hide the other items.
 */
export const isForWorker = `topic IN (SELECT value FROM json_each(:topics))
     AND (topic <> 'cancel_job' OR CASE WHEN json_valid(payload)
       THEN payload ->> 'model' IN (SELECT value FROM json_each(:models)) ELSE 1 END)`;

/** Deletes the outputs of the generations that a subquery lists. */
export function purgeOutputs(ids: string): string {
  return `DELETE FROM safelight_outputs WHERE generation_id IN (${ids})`;
}

/** Deletes the provider data of the generations that a subquery lists. */
export function purgeAttempts(ids: string): string {
  return `UPDATE safelight_attempts SET operation = NULL, operation_hint = NULL, outputs = NULL, failure = NULL, kept = NULL
   WHERE generation_id IN (${ids})`;
}

const endedAndDeleted = `SELECT id FROM safelight_generations
     WHERE id = :id AND ${isMarked} AND finished_at IS NOT NULL AND deleted_at IS NOT NULL`;

/** Adds announcements of the end of `:id`, and of its refund, to the outbox for each target in `:announceTo`. */
export const announceEnd = `INSERT INTO safelight_outbox (topic, payload, tries, due_at, created_at)
   SELECT 'announce_to_' || target.value,
     json_object('generationId', g.id, 'event', event.value, 'target', target.value), 0, g.touched_at, g.touched_at
   FROM safelight_generations g, json_each('["ended","refunded"]') event, json_each(:announceTo) target
   WHERE g.id = :id AND g.${isMarked} AND g.finished_at IS NOT NULL
     AND (event.value = 'ended' OR g.refunded_credits > 0)`;

/** Deletes the content of a generation that has both ended and been deleted, in either order. */
export const purge: readonly string[] = purgeOf(endedAndDeleted);

/** Deletes the content of the generations that a subquery lists. */
export function purgeOf(ids: string): readonly string[] {
  return [
    `UPDATE safelight_generations SET input = NULL, parsed_input = NULL, metadata = NULL, scope = NULL
   WHERE id IN (${ids})`,
    purgeOutputs(ids),
    purgeAttempts(ids),
  ];
}

/** Assigns the next sequence of the owner to the visible change. Clears the mark, so it must run last. */
export const assignSequence: readonly string[] = [
  `UPDATE safelight_owners SET sequence = sequence + 1
   WHERE id = (SELECT owner_id FROM safelight_generations WHERE id = :id AND ${isMarked})`,

  `UPDATE safelight_generations
   SET sequence = (SELECT sequence FROM safelight_owners WHERE id = safelight_generations.owner_id)
   WHERE id = :id AND ${isMarked}`,
];

/** As `assignSequence`, for several generations of `:ownerId` at once. */
export const assignSequences: readonly string[] = assignSequencesOf({
  generations: "g.owner_id = :ownerId",
  owners: "id = :ownerId",
});

/** As `assignSequence`, for several generations `g` of several owners at once. Each gets its own sequence. */
export function assignSequencesOf(which: { readonly generations: string; readonly owners: string }): readonly string[] {
  const latest = "SELECT max(sequence) FROM safelight_generations WHERE owner_id = safelight_owners.id";
  return [
    `UPDATE safelight_generations
   SET sequence = assigned.sequence
   FROM (
     SELECT g.id, owner.sequence + row_number() OVER (PARTITION BY g.owner_id ORDER BY g.id) AS sequence
     FROM safelight_generations g JOIN safelight_owners owner ON owner.id = g.owner_id
     WHERE ${which.generations} AND g.${isMarked}
   ) AS assigned
   WHERE safelight_generations.id = assigned.id`,

    `UPDATE safelight_owners SET sequence = (${latest}) WHERE ${which.owners} AND sequence < (${latest})`,
  ];
}

/** Keeps the recorded costs unless the command has new ones. */
export const costs = `costs = coalesce(:costs, costs)`;

/** Writes the new state of the latest attempt; nothing if `:attemptState` is NULL or the command did not apply. */
export const updateAttemptState = `UPDATE safelight_attempts
   SET state = :attemptState,
     failure = :attemptFailure,
     ${costs},
     unknown_at = CASE WHEN :attemptState = 'unknown' THEN
       coalesce(unknown_at, (SELECT touched_at FROM safelight_generations WHERE id = :id)) ELSE unknown_at END,
     ended_at = CASE WHEN :attemptState IN ('unknown', 'accepted') THEN NULL ELSE
       (SELECT touched_at FROM safelight_generations WHERE id = :id) END
   WHERE :attemptState IS NOT NULL AND generation_id = :id AND number = (
     SELECT attempts FROM safelight_generations
     WHERE id = :id AND command_token = :token AND (finished_at IS NULL OR ${isMarked})
   )`;

/** Whether the command of a worker took effect, now or when it was first sent. */
export const workerVerdict = `SELECT owner_id FROM safelight_generations WHERE id = :id AND command_token = :token`;
