import type { Json } from "@safelight/client/contract";
import { teamGalleryOf } from "../../generation/gallery-id.js";
import type {
  AttemptRecord,
  GenerationRecord,
  OutputRecord,
  ThumbnailRecord,
} from "../../generation/generation-record.js";
import type { AttemptFailure } from "../../generation/provider-failure.js";
import type { attempts, generations, outputs } from "../libsql/schema/schema.js";

/** Columns that only statements read, and the parsed input, which only the worker needs. */
type UnreadColumn =
  | "claimToken"
  | "commandToken"
  | "hold"
  | "leased"
  | "noticeClaim"
  | "noticedAt"
  | "noticeUntil"
  | "ownerToken"
  | "parsedInput"
  | "refundAccountId"
  | "refundIntervalMs"
  | "teamSequence"
  | "woken";

/**
 * The columns of a generation. `outputs`: JSON of the rows of its outputs. `inTeam`: 1 if it was read from the gallery of
 * its team, whose sequence it then has.
 */
export type GenerationRow = Omit<typeof generations.$inferSelect, UnreadColumn> & {
  readonly outputs: string;
  readonly inTeam?: number;
};

type AttemptColumns = Omit<typeof attempts.$inferSelect, "generationId" | "costs" | "gate" | "jobCancel">;

/** The columns of an attempt; all null if a left join found no attempt. */
export type AttemptRow = {
  readonly [Name in keyof AttemptColumns as `attempt${Capitalize<Name>}`]: AttemptColumns[Name] | null;
};

export type OutputRow = Omit<typeof outputs.$inferSelect, "generationId">;

/**
 * Converts a row to a generation. Only statements of this package write its JSON, from values of the record. Damaged
 * JSON counts as absent: no input, no metadata, no thumbnail, the default refund policy.
 */
export function toGeneration(row: GenerationRow): GenerationRecord {
  const { previewKey, previewContentType } = row;
  return {
    id: row.id,
    ownerId: row.ownerId,
    accountId: row.accountId,
    model: row.model,
    kind: row.kind,
    scope: row.scope,
    metadata: fromJson(row.metadata) as GenerationRecord["metadata"],
    input: fromJson(row.input),
    state: row.state,
    version: row.version,
    // The cast is safe: the last statement of each command assigns a sequence.
    sequence: row.sequence as number,
    teamId: row.teamId,
    galleryId: row.inTeam === 1 && row.teamId !== null ? teamGalleryOf(row.teamId) : row.ownerId,
    epoch: row.epoch,
    attempts: row.attempts,
    maxAttempts: row.maxAttempts,
    expiredLeases: row.expiredLeases,
    deadlineAt: row.deadlineAt,
    dueAt: row.dueAt,
    gate: row.gate,
    rank: row.rank,
    requestedOutputs: row.requestedOutputs,
    storagePrefix: row.storagePrefix,
    progress: row.progress,
    progressSource: row.progressSource,
    queuePosition: row.queuePosition,
    progressAt: row.progressAt,
    // The cast is safe: one statement writes both columns.
    preview: previewKey === null ? null : { storageKey: previewKey, contentType: previewContentType as string },
    failureCode: row.failureCode,
    credits: row.credits,
    refundedCredits: row.refundedCredits,
    dropOnCancel: row.dropOnCancel === 1,
    refunds: fromJson(row.refunds) as GenerationRecord["refunds"],
    createdAt: row.createdAt,
    notBefore: row.notBefore,
    expiresAt: row.expiresAt,
    startedDeadlineAt: row.startedDeadlineAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    seenAt: row.seenAt,
    expectedAt: row.expectedAt,
    cancelRequestedAt: row.cancelRequestedAt,
    retryOf: row.retryOf,
    groupId: row.groupId,
    outputs: (fromJson(row.outputs) as unknown as readonly OutputRow[]).map(toOutput),
  };
}

/** Converts a row to an attempt; `null` if the join found none. The casts rely on the same writers. */
export function toAttempt(row: AttemptRow): AttemptRecord | null {
  const { attemptNumber, attemptProviderId, attemptStartedAt, attemptState, attemptToken } = row;
  const isMissing = attemptNumber === null || attemptState === null || attemptToken === null;
  if (isMissing || attemptProviderId === null || attemptStartedAt === null) return null;
  return {
    number: attemptNumber,
    state: attemptState,
    token: attemptToken,
    providerId: attemptProviderId,
    operation: fromJson(row.attemptOperation),
    operationHint: fromJson(row.attemptOperationHint),
    outputs: fromJson(row.attemptOutputs) as unknown as readonly OutputRecord[] | null,
    failure: fromJson(row.attemptFailure) as unknown as AttemptFailure | null,
    unknownAt: row.attemptUnknownAt,
    startedAt: attemptStartedAt,
    endedAt: row.attemptEndedAt,
    storedOutputs: (fromJson(row.attemptStoredOutputs) ?? []) as unknown as readonly OutputRecord[],
  };
}

export function toOutput(row: OutputRow): OutputRecord {
  // The casts are safe: the settle that wrote the columns had a record of this type.
  return {
    ...row,
    thumbnail: fromJson(row.thumbnail) as unknown as ThumbnailRecord | null,
    provenance: fromJson(row.provenance) as unknown as OutputRecord["provenance"],
    flags: fromJson(row.flags) as unknown as OutputRecord["flags"],
  };
}

/** JSON for a column; `null` becomes NULL. */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/**
 * Parses the JSON of a column. Returns `null` for NULL, and for text that is not JSON: one damaged row must not hide
 * the other rows of its statement.
 */
export function fromJson(text: string | null): Json {
  return (text === null ? undefined : parseJson(text)) ?? null;
}

/** Returns `undefined` for text that is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
