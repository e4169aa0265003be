// Built from ../queries by drizzle. To change a read, change its query, then run `pnpm reads`.
import type { Read } from "../rows/read-rows.js";

const size = `coalesce(octet_length(g.input), 0) + coalesce(octet_length(g.metadata), 0) + 1024 * (SELECT
     count(*) FROM safelight_outputs o WHERE o.generation_id = g.id)`;

const isOnPage = `(g.id = page_id AND bytes_before < 1048576)`;

const inScope = `(:scope IS NULL OR g.scope = :scope)`;

const isVisible = `(g.owner_id = :ownerId AND g.deleted_at IS NULL)`;

const isActive = `(g.owner_id = :ownerId AND g.finished_at IS NULL)`;

const isEnded = `(${isVisible} AND g.finished_at IS NOT NULL)`;

const isUnseen = `(${isEnded} AND g.seen_at IS NULL AND g.finished_at > (coalesce(CAST(:now AS INTEGER),
     CAST(round(unixepoch('subsec') * 1000) AS INTEGER)) - :aheadMs) - :unseenForMs AND ${inScope})`;

const isListed = `(g.id < coalesce(:after, x'') AND (:model IS NULL OR g.model = :model) AND ${inScope})`;

export const generationColumns = `g.id AS id, g.owner_id AS ownerId, g.account_id AS accountId, g.model AS model,
     g.kind AS kind, g.scope AS scope, g.state AS state, g.version AS version, g.sequence AS sequence, g.epoch
     AS epoch, g.lapses AS lapses, g.attempts AS attempts, g.max_attempts AS maxAttempts, g.deadline_at AS
     deadlineAt, g.requested_outputs AS requestedOutputs, g.storage_prefix AS storagePrefix, g.progress AS
     progress, g.progress_source AS progressSource, g.queue_position AS queuePosition, g.progress_at AS
     progressAt, g.preview_key AS previewKey, g.preview_content_type AS previewContentType, g.failure_code AS
     failureCode, g.credits AS credits, g.refunded_credits AS refundedCredits, g.drop_on_cancel AS dropOnCancel,
     g.refunds AS refunds, g.retry_of AS retryOf, g.created_at AS createdAt, g.touched_at AS touchedAt,
     g.started_at AS startedAt, g.finished_at AS finishedAt, g.seen_at AS seenAt, g.expected_at AS expectedAt,
     g.cancel_requested_at AS cancelRequestedAt, g.deleted_at AS deletedAt, g.metadata AS metadata, g.input AS
     input, CASE WHEN g.state = 'completed' THEN ( SELECT json_group_array(json_object( 'index',
     produced."index", 'kind', produced.kind, 'storageKey', produced.storage_key, 'contentType',
     produced.content_type, 'byteLength', produced.byte_length, 'sha256', produced.sha256, 'width',
     produced.width, 'height', produced.height, 'durationMs', produced.duration_ms, 'placeholder',
     produced.placeholder, 'thumbnail', json(CASE WHEN json_valid(produced.thumbnail) THEN produced.thumbnail
     END) )) FROM (SELECT generation_id, "index", kind, storage_key, content_type, byte_length, sha256, width,
     height, duration_ms, placeholder, thumbnail FROM safelight_outputs WHERE safelight_outputs.generation_id =
     g.id ORDER BY safelight_outputs."index" ASC) produced ) ELSE '[]' END AS outputs`;

export const attemptColumns = `a.number AS attemptNumber, a.state AS attemptState, a.token AS attemptToken,
     a.provider_id AS attemptProviderId, a.operation AS attemptOperation, a.operation_hint AS
     attemptOperationHint, a.outputs AS attemptOutputs, a.failure AS attemptFailure, a.unknown_at AS
     attemptUnknownAt, a.started_at AS attemptStartedAt, a.ended_at AS attemptEndedAt, a.kept AS attemptKept`;

export const inputColumns = `safelight_inputs.id AS id, safelight_inputs.owner_id AS ownerId,
     safelight_inputs.storage_key AS storageKey, safelight_inputs.content_type AS contentType,
     safelight_inputs.byte_length AS byteLength, safelight_inputs.sha256 AS sha256, safelight_inputs.width AS
     width, safelight_inputs.height AS height`;

export const getGeneration = `SELECT ${generationColumns}
   FROM safelight_generations g
   WHERE (g.id = :id AND ${isVisible})` as Read<"getGeneration">;

export const getOutput = `SELECT o."index" AS "index", o.kind AS kind, o.storage_key AS storageKey, o.content_type AS
     contentType, o.byte_length AS byteLength, o.sha256 AS sha256, o.width AS width, o.height AS height,
     o.duration_ms AS durationMs, o.placeholder AS placeholder, o.thumbnail AS thumbnail
   FROM safelight_outputs o
   INNER JOIN safelight_generations g ON g.id = o.generation_id
   WHERE (o.generation_id = :id AND o."index" = :index AND g.state = 'completed' AND g.deleted_at IS NULL)` as Read<"getOutput">;

export const getPreview = `SELECT g.preview_key AS previewKey, g.preview_content_type AS previewContentType
   FROM safelight_generations g
   WHERE (g.id = :id AND g.preview_key IS NOT NULL AND g.deleted_at IS NULL)` as Read<"getPreview">;

export const activePage = `WITH found AS (SELECT id AS page_id, sequence AS sort_key, ${size} AS size FROM
     safelight_generations g INDEXED BY safelight_generations_active WHERE (${isActive} AND ${inScope}) ORDER BY
     g.sequence ASC LIMIT :activeLimit), page AS (SELECT page_id, sort_key, count(*) OVER () AS found, sum(size)
     OVER (ORDER BY sort_key ASC ROWS UNBOUNDED PRECEDING) - size AS bytes_before FROM found)
   SELECT ${generationColumns}, found
   FROM page
   CROSS JOIN safelight_generations g
   WHERE ${isOnPage}
   ORDER BY sort_key ASC` as Read<"activePage">;

export const unseenPage = `WITH found AS (SELECT id AS page_id, finished_at AS sort_key, ${size} AS size FROM
     safelight_generations g WHERE ${isUnseen} ORDER BY g.finished_at DESC LIMIT :unseenLimit), page AS (SELECT
     page_id, sort_key, count(*) OVER () AS found, sum(size) OVER (ORDER BY sort_key DESC ROWS UNBOUNDED
     PRECEDING) - size AS bytes_before FROM found)
   SELECT ${generationColumns}, found
   FROM page
   CROSS JOIN safelight_generations g
   WHERE ${isOnPage}
   ORDER BY sort_key DESC` as Read<"unseenPage">;

export const unseenCount = `SELECT count(*) AS count
   FROM (SELECT id FROM safelight_generations g WHERE ${isUnseen} LIMIT :maxUnseenCount) unseen` as Read<"unseenCount">;

export const historyPage = `WITH found AS (SELECT id AS page_id, id AS sort_key, ${size} AS size FROM
     safelight_generations g WHERE (${isVisible} AND ${isListed}) ORDER BY g.id DESC LIMIT :limit), page AS
     (SELECT page_id, sort_key, count(*) OVER () AS found, sum(size) OVER (ORDER BY sort_key DESC ROWS UNBOUNDED
     PRECEDING) - size AS bytes_before FROM found)
   SELECT ${generationColumns}, found
   FROM page
   CROSS JOIN safelight_generations g
   WHERE ${isOnPage}
   ORDER BY sort_key DESC` as Read<"historyPage">;

export const pendingPage = `WITH found AS (SELECT id AS page_id, id AS sort_key, ${size} AS size FROM
     safelight_generations g WHERE ((${isActive} AND g.started_at IS NULL) AND ${isListed}) ORDER BY g.id DESC
     LIMIT :limit), page AS (SELECT page_id, sort_key, count(*) OVER () AS found, sum(size) OVER (ORDER BY
     sort_key DESC ROWS UNBOUNDED PRECEDING) - size AS bytes_before FROM found)
   SELECT ${generationColumns}, found
   FROM page
   CROSS JOIN safelight_generations g
   WHERE ${isOnPage}
   ORDER BY sort_key DESC` as Read<"pendingPage">;

export const processingPage = `WITH found AS (SELECT id AS page_id, id AS sort_key, ${size} AS size FROM
     safelight_generations g WHERE ((${isActive} AND g.started_at IS NOT NULL) AND ${isListed}) ORDER BY g.id
     DESC LIMIT :limit), page AS (SELECT page_id, sort_key, count(*) OVER () AS found, sum(size) OVER (ORDER BY
     sort_key DESC ROWS UNBOUNDED PRECEDING) - size AS bytes_before FROM found)
   SELECT ${generationColumns}, found
   FROM page
   CROSS JOIN safelight_generations g
   WHERE ${isOnPage}
   ORDER BY sort_key DESC` as Read<"processingPage">;

export const completedPage = `WITH found AS (SELECT id AS page_id, id AS sort_key, ${size} AS size FROM
     safelight_generations g WHERE ((${isEnded} AND g.state = 'completed') AND ${isListed}) ORDER BY g.id DESC
     LIMIT :limit), page AS (SELECT page_id, sort_key, count(*) OVER () AS found, sum(size) OVER (ORDER BY
     sort_key DESC ROWS UNBOUNDED PRECEDING) - size AS bytes_before FROM found)
   SELECT ${generationColumns}, found
   FROM page
   CROSS JOIN safelight_generations g
   WHERE ${isOnPage}
   ORDER BY sort_key DESC` as Read<"completedPage">;

export const failedPage = `WITH found AS (SELECT id AS page_id, id AS sort_key, ${size} AS size FROM
     safelight_generations g WHERE ((${isEnded} AND g.state = 'failed') AND ${isListed}) ORDER BY g.id DESC
     LIMIT :limit), page AS (SELECT page_id, sort_key, count(*) OVER () AS found, sum(size) OVER (ORDER BY
     sort_key DESC ROWS UNBOUNDED PRECEDING) - size AS bytes_before FROM found)
   SELECT ${generationColumns}, found
   FROM page
   CROSS JOIN safelight_generations g
   WHERE ${isOnPage}
   ORDER BY sort_key DESC` as Read<"failedPage">;

export const canceledPage = `WITH found AS (SELECT id AS page_id, id AS sort_key, ${size} AS size FROM
     safelight_generations g WHERE ((${isEnded} AND g.state = 'canceled') AND ${isListed}) ORDER BY g.id DESC
     LIMIT :limit), page AS (SELECT page_id, sort_key, count(*) OVER () AS found, sum(size) OVER (ORDER BY
     sort_key DESC ROWS UNBOUNDED PRECEDING) - size AS bytes_before FROM found)
   SELECT ${generationColumns}, found
   FROM page
   CROSS JOIN safelight_generations g
   WHERE ${isOnPage}
   ORDER BY sort_key DESC` as Read<"canceledPage">;

export const changesPage = `WITH found AS (SELECT id AS page_id, sequence AS sort_key, ${size} AS size FROM
     safelight_generations g WHERE (g.owner_id = :ownerId AND g.sequence > :sequence) ORDER BY g.sequence ASC
     LIMIT :limit), page AS (SELECT page_id, sort_key, count(*) OVER () AS found, sum(size) OVER (ORDER BY
     sort_key ASC ROWS UNBOUNDED PRECEDING) - size AS bytes_before FROM found)
   SELECT ${generationColumns}, found
   FROM page
   CROSS JOIN safelight_generations g
   WHERE ${isOnPage}
   ORDER BY sort_key ASC` as Read<"changesPage">;

export const readSequences = `SELECT safelight_owners.id AS id, safelight_owners.sequence AS sequence
   FROM safelight_owners
   WHERE safelight_owners.id IN (SELECT value FROM json_each(:ownerIds))` as Read<"readSequences">;

export const getEnded = `SELECT ${generationColumns}, ( SELECT json_group_array(json_object('providerId', provider_id,
     'costs', json(costs))) FROM (SELECT provider_id, costs FROM safelight_attempts a WHERE (a.generation_id =
     g.id AND json_valid(a.costs)) ORDER BY a.number ASC) attempt ) AS costs
   FROM safelight_generations g
   WHERE (g.id = :id AND g.finished_at IS NOT NULL)` as Read<"getEnded">;

export const findAttempt = `SELECT ${attemptColumns}, g.model AS model
   FROM safelight_attempts a
   INNER JOIN safelight_generations g ON g.id = a.generation_id
   WHERE (a.generation_id = :id AND a.number = :attempt)` as Read<"findAttempt">;

export const getInput = `SELECT ${inputColumns}
   FROM safelight_inputs
   WHERE (safelight_inputs.id = :id AND (:generationId IS NULL OR safelight_inputs.owner_id = (SELECT owner_id
     FROM safelight_generations g WHERE g.id = :generationId)))` as Read<"getInput">;

export const getBalance = `SELECT safelight_accounts.balance AS balance
   FROM safelight_accounts
   WHERE safelight_accounts.id = :accountId` as Read<"getBalance">;

export const entriesPage = `SELECT safelight_ledger_entries.id AS id, safelight_ledger_entries.kind AS kind,
     safelight_ledger_entries.amount AS amount, safelight_ledger_entries.reason AS reason,
     safelight_ledger_entries.generation_id AS generationId, safelight_ledger_entries.created_at AS createdAt,
     g.owner_id AS ownerId
   FROM safelight_ledger_entries
   LEFT JOIN safelight_generations g ON g.id = safelight_ledger_entries.generation_id
   WHERE (safelight_ledger_entries.account_id = :accountId AND safelight_ledger_entries.id < coalesce(:before,
     9223372036854775807))
   ORDER BY safelight_ledger_entries.id DESC
   LIMIT :limit` as Read<"entriesPage">;

export const readCosts = `SELECT g.model AS model, a.provider_id AS providerId, cost.value ->> 'unit' AS unit, count(*)
     AS attempts, coalesce(sum(cost.value ->> 'amount'), 0) AS amount, coalesce(sum( CASE WHEN
     coalesce(cost.key, 0) = 0 AND a.number = g.attempts AND g.finished_at IS NOT NULL THEN g.credits -
     g.refunded_credits END ), 0) AS credits
   FROM safelight_attempts a
   INNER JOIN safelight_generations g ON g.id = a.generation_id
   LEFT JOIN json_each(CASE WHEN json_valid(a.costs) THEN a.costs END) cost ON TRUE
   WHERE (a.generation_id >= :from AND a.generation_id < :to)
   GROUP BY g.model, a.provider_id, unit
   ORDER BY g.model, a.provider_id, unit` as Read<"readCosts">;

export const readTimings = `SELECT safelight_timings.model AS model, safelight_timings.provider_id AS providerId,
     safelight_timings.size AS size, safelight_timings.bucket AS bucket, safelight_timings.count AS count
   FROM safelight_timings
   WHERE safelight_timings.model IN (SELECT value FROM json_each(:models))` as Read<"readTimings">;
