/** The outputs of generation `g`, as JSON text. A thumbnail stays text: one damaged value must not hide the others. */
const outputs = `CASE WHEN g.state = 'completed' THEN (
    SELECT coalesce(json_agg(p ORDER BY p."index"), '[]'::json)::text FROM (
      SELECT o."index", o.kind, o.storage_key AS "storageKey", o.content_type AS "contentType",
        o.byte_length AS "byteLength", o.sha256, o.width, o.height, o.duration_ms AS "durationMs", o.placeholder, o.thumbnail,
        o.provenance, o.flags
      FROM @outputs o WHERE o.generation_id = g.id
    ) p) ELSE '[]' END`;

const columnsWith = (
  sequence: string,
): string => `g.id, g.owner_id AS "ownerId", g.account_id AS "accountId", g.model, g.kind, g.scope, g.state,
    g.version, ${sequence} AS sequence, g.epoch, g.expired_leases AS "expiredLeases", g.attempts,
    g.max_attempts AS "maxAttempts", g.deadline_at AS "deadlineAt",
    g.due_at AS "dueAt", g.gate, g.rank, g.requested_outputs AS "requestedOutputs", g.storage_prefix AS "storagePrefix",
    g.progress, g.progress_source AS "progressSource", g.queue_position AS "queuePosition", g.progress_at AS "progressAt",
    g.preview_key AS "previewKey", g.preview_content_type AS "previewContentType", g.failure_code AS "failureCode",
    g.credits, g.refunded_credits AS "refundedCredits", g.drop_on_cancel AS "dropOnCancel", g.refunds,
    g.retry_of AS "retryOf", g.group_id AS "groupId", g.created_at AS "createdAt",
    g.not_before AS "notBefore", g.expires_at AS "expiresAt", g.started_deadline_at AS "startedDeadlineAt", g.touched_at AS "touchedAt", g.started_at AS "startedAt",
    g.finished_at AS "finishedAt", g.seen_at AS "seenAt", g.expected_at AS "expectedAt",
    g.cancel_requested_at AS "cancelRequestedAt", g.deleted_at AS "deletedAt", g.metadata, g.input, g.team_id AS "teamId",
    ${outputs} AS outputs`;

/** A generation `g` in the columns of `GenerationRow`. */
export const generationColumns = columnsWith("g.sequence");

/** A generation of a team's gallery: with the sequence of the team. */
export const teamGenerationColumns = `${columnsWith("g.team_sequence")}, 1 AS "inTeam"`;

/** An attempt `a` in the columns of `AttemptRow`; all null if a left join found none. */
export const attemptColumns = `a.number AS "attemptNumber", a.state AS "attemptState", a.token AS "attemptToken",
    a.provider_id AS "attemptProviderId", a.operation AS "attemptOperation", a.operation_hint AS "attemptOperationHint",
    a.outputs AS "attemptOutputs", a.failure AS "attemptFailure", a.unknown_at AS "attemptUnknownAt",
    a.started_at AS "attemptStartedAt", a.ended_at AS "attemptEndedAt", a.stored_outputs AS "attemptStoredOutputs"`;
