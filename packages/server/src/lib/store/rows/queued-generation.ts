import type { GenerationRecord } from "../../generation/generation-record.js";
import type { SubmitCommand } from "../../ports/store/submit-commands.js";

/**
 * The generation that a submit has inserted, without reading its many columns again. Must equal the inserted row; the
 * contract test of stores compares the two.
 */
export function queuedGeneration(
  command: SubmitCommand,
  inserted: { readonly createdAt: number; readonly rank: number; readonly sequence: number },
): GenerationRecord {
  const { createdAt, rank, sequence } = inserted;
  const { notBefore = null, expiresAfterMs = null } = command;
  const startsAt = Math.max(createdAt, notBefore ?? 0);
  const deadlineAt = startsAt + Math.ceil(command.deadlineMs);
  const expiresAt = expiresAfterMs === null ? null : startsAt + Math.ceil(expiresAfterMs);
  const expiresFirst = expiresAt !== null && expiresAt < deadlineAt;
  return {
    id: command.id,
    ownerId: command.ownerId,
    accountId: command.accountId,
    model: command.model,
    kind: command.kind,
    scope: command.scope,
    metadata: command.metadata,
    input: command.input,
    state: "queued",
    version: 1,
    sequence,
    teamId: command.teamId ?? null,
    galleryId: command.ownerId,
    epoch: 0,
    attempts: 0,
    maxAttempts: command.maxAttempts,
    expiredLeases: 0,
    deadlineAt: expiresFirst ? expiresAt : deadlineAt,
    dueAt: startsAt,
    gate: command.gate ?? null,
    rank,
    requestedOutputs: command.requestedOutputs,
    storagePrefix: command.storagePrefix,
    progress: null,
    progressSource: "none",
    queuePosition: null,
    progressAt: null,
    preview: null,
    failureCode: null,
    credits: command.credits,
    refundedCredits: 0,
    dropOnCancel: command.dropOnCancel,
    refunds: command.refunds,
    createdAt,
    notBefore,
    expiresAt,
    startedDeadlineAt: expiresFirst ? deadlineAt : null,
    startedAt: null,
    finishedAt: null,
    seenAt: null,
    expectedAt: null,
    cancelRequestedAt: null,
    retryOf: command.retryOf,
    groupId: null,
    outputs: [],
  };
}
