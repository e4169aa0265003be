import type { Json } from "@safelight/client/contract";
import type {
  AttemptRecord,
  GenerationRecord,
  OutputRecord,
  ThumbnailRecord,
} from "../../../generation/generation-record.js";
import type { ProviderFailure } from "../../../generation/provider-failure.js";
import type { SqlRow } from "../executor/executor.js";

const columns = [
  "id",
  "owner_id",
  "account_id",
  "model",
  "kind",
  "scope",
  "metadata",
  "input",
  "state",
  "version",
  "sequence",
  "epoch",
  "lapses",
  "attempts",
  "max_attempts",
  "deadline_at",
  "requested_outputs",
  "storage_prefix",
  "progress",
  "progress_source",
  "queue_position",
  "progress_at",
  "preview_key",
  "preview_content_type",
  "failure_code",
  "credits",
  "refunded_credits",
  "drop_on_cancel",
  "refunds",
  "retry_of",
  "created_at",
  "touched_at",
  "started_at",
  "finished_at",
  "seen_at",
  "expected_at",
  "cancel_requested_at",
  "deleted_at",
];

const outputsAsJson = `CASE WHEN g.state = 'completed' THEN (
    SELECT json_group_array(json_object(
      'index', produced."index", 'kind', produced.kind, 'storageKey', produced.storage_key, 'contentType', produced.content_type,
      'byteLength', produced.byte_length, 'sha256', produced.sha256, 'width', produced.width, 'height', produced.height,
      'durationMs', produced.duration_ms, 'placeholder', produced.placeholder,
      'thumbnail', json(produced.thumbnail)))
    FROM (SELECT * FROM safelight_outputs WHERE generation_id = g.id ORDER BY "index") produced
  ) ELSE '[]' END AS outputs`;

/** Columns of `safelight_generations g` for `toGeneration`. */
export const generationColumns = `${columns.map((column) => `g.${column}`).join(", ")}, ${outputsAsJson}`;

/** Columns of `safelight_attempts a` for `toAttempt`. */
export const attemptColumns = `a.number AS attempt_number, a.state AS attempt_state, a.token AS attempt_token,
  a.provider_id AS attempt_provider_id, a.operation AS attempt_operation, a.operation_hint AS attempt_operation_hint,
  a.outputs AS attempt_outputs, a.failure AS attempt_failure, a.unknown_at AS attempt_unknown_at,
  a.started_at AS attempt_started_at, a.ended_at AS attempt_ended_at, a.kept AS attempt_kept`;

/**
 * Converts a row to a generation. The casts rely on the CHECKs of the columns, and on this file being the only reader
 * of the values that the statements write.
 */
export function toGeneration(row: SqlRow): GenerationRecord {
  const text = (name: string) => row[name] as string;
  const number = (name: string) => row[name] as number;
  const instant = (name: string) => row[name] as number | null;
  return {
    id: text("id"),
    ownerId: text("owner_id"),
    accountId: text("account_id"),
    model: text("model"),
    kind: row.kind as GenerationRecord["kind"],
    scope: row.scope as string | null,
    metadata: fromJson(row.metadata) as GenerationRecord["metadata"],
    input: fromJson(row.input),
    state: row.state as GenerationRecord["state"],
    version: number("version"),
    sequence: number("sequence"),
    epoch: number("epoch"),
    attempts: number("attempts"),
    maxAttempts: number("max_attempts"),
    expiredLeases: number("lapses"),
    deadlineAt: number("deadline_at"),
    requestedOutputs: number("requested_outputs"),
    storagePrefix: text("storage_prefix"),
    progress: row.progress as number | null,
    progressSource: row.progress_source as GenerationRecord["progressSource"],
    queuePosition: row.queue_position as number | null,
    progressAt: instant("progress_at"),
    preview:
      row.preview_key === null ? null : { storageKey: text("preview_key"), contentType: text("preview_content_type") },
    failureCode: row.failure_code as GenerationRecord["failureCode"],
    credits: number("credits"),
    refundedCredits: number("refunded_credits"),
    dropOnCancel: row.drop_on_cancel === 1,
    refunds: fromJson(row.refunds) as GenerationRecord["refunds"],
    createdAt: number("created_at"),
    startedAt: instant("started_at"),
    finishedAt: instant("finished_at"),
    seenAt: instant("seen_at"),
    expectedAt: instant("expected_at"),
    cancelRequestedAt: instant("cancel_requested_at"),
    retryOf: row.retry_of as string | null,
    outputs: fromJson(row.outputs) as unknown as readonly OutputRecord[],
  };
}

export function toParsedInput(row: SqlRow): Json {
  return fromJson(row.parsed_input);
}

/** Converts a row to an attempt; `null` if the join found none. */
export function toAttempt(row: SqlRow): AttemptRecord | null {
  if (row.attempt_number === null) return null;
  return {
    number: row.attempt_number as number,
    state: row.attempt_state as AttemptRecord["state"],
    token: row.attempt_token as string,
    providerId: row.attempt_provider_id as string,
    operation: fromJson(row.attempt_operation),
    operationHint: fromJson(row.attempt_operation_hint),
    outputs: fromJson(row.attempt_outputs) as unknown as readonly OutputRecord[] | null,
    failure: fromJson(row.attempt_failure) as unknown as ProviderFailure | null,
    unknownAt: row.attempt_unknown_at as number | null,
    startedAt: row.attempt_started_at as number,
    endedAt: row.attempt_ended_at as number | null,
    storedOutputs: (fromJson(row.attempt_kept) ?? []) as unknown as readonly OutputRecord[],
  };
}

/** Converts a row of `safelight_outputs` to an output. */
export function toOutput(row: SqlRow): OutputRecord {
  return {
    index: row.index as number,
    kind: row.kind as OutputRecord["kind"],
    storageKey: row.storage_key as string,
    contentType: row.content_type as string,
    byteLength: row.byte_length as number,
    sha256: row.sha256 as string,
    width: row.width as number | null,
    height: row.height as number | null,
    durationMs: row.duration_ms as number | null,
    placeholder: row.placeholder as string | null,
    thumbnail: fromJson(row.thumbnail) as unknown as ThumbnailRecord | null,
  };
}

/** JSON for a column; `null` becomes NULL. */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function fromJson(text: unknown): Json {
  return typeof text === "string" ? JSON.parse(text) : null;
}
