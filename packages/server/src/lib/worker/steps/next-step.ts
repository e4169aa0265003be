import type { FailureCode } from "@safelight/client/contract";
import type { ClaimedGeneration, GenerationRecord, OutputRecord } from "../../generation/generation-record.js";
import { isRetryable, type ProviderFailure, providerErrors } from "../../generation/provider-failure.js";
import type { OperationStatus, ProviderOutput } from "../../ports/provider.js";
import type { JobCancel } from "../../ports/store/outbox.js";
import { retryDelayMs } from "../context/backoff.js";
import { isFailoverable } from "./choose-provider.js";

/**
 * Max leases that may expire in one state without progress. A generation that reaches this number is a poison job and
 * fails.
 */
export const maxExpiredLeases = 10;

/**
 * The decision before any step. `wait`: this worker does not have the model. `delay`: it was claimed before its earliest
 * start, as after a correction of the clock.
 */
export type ClaimDecision =
  | { readonly type: "advance" }
  | { readonly type: "fail"; readonly code: FailureCode }
  /** The grace is over or the generation is a poison job: the outputs stored so far are paid for, so they are the result. */
  | { readonly type: "complete"; readonly outputs: readonly OutputRecord[] }
  | { readonly type: "cancel" }
  | { readonly type: "delay"; readonly dueInMs: number }
  | { readonly type: "wait" };

/** Decides how a claimed generation proceeds, before any step. */
export function decideAfterClaim(
  { generation, attempt, now, unreadable }: ClaimedGeneration,
  known: { readonly isKnownModel: boolean; readonly storingGraceMs: number },
): ClaimDecision {
  const { state } = generation;
  const endsAt = mustEndAt(generation, known);
  const isOver = now >= endsAt;
  const isPoison = unreadable !== null || generation.expiredLeases >= maxExpiredLeases;
  if (state === "storing" && (isOver || isPoison)) {
    const outputs = attempt?.outputs ?? attempt?.storedOutputs ?? [];
    if (outputs.length > 0) return { type: "complete", outputs };
  }
  if (isOver) return { type: "fail", code: overdueCode({ generation, attempt, now }) };
  if (isPoison) return { type: "fail", code: "internal" };
  // Outputs that are already stored need no provider, so no model.
  const needsModel = state !== "storing" || (attempt?.outputs ?? null) === null;
  if (needsModel && !known.isKnownModel) return { type: "wait" };
  if (state !== "queued" && state !== "retry_wait") return { type: "advance" };
  if (generation.cancelRequestedAt !== null) {
    // Requested during the attempt: as in `retryOrFail`.
    const isRejected = attempt?.failure?.code === "content_blocked";
    return isRejected ? { type: "fail", code: "content_rejected" } : { type: "cancel" };
  }
  const delayMs = (generation.notBefore ?? now) - now;
  if (generation.attempts === 0 && delayMs > 0) return { type: "delay", dueInMs: delayMs };
  if (generation.attempts < generation.maxAttempts) return { type: "advance" };
  return { type: "fail", code: failureCodeOf(attempt?.failure ?? null) };
}

function overdueCode({
  attempt,
  generation,
  now,
}: Pick<ClaimedGeneration, "attempt" | "generation" | "now">): FailureCode {
  const { attempts, expiresAt, state } = generation;
  if (state === "storing") return "output_unavailable";
  // The refusal is the reason: the deadline only ended the wait for the vendor's limits.
  if (state === "retry_wait" && attempt?.failure?.code === "rate_limited") return failureCodeOf(attempt.failure);
  return attempts === 0 && expiresAt !== null && now >= expiresAt ? "expired" : "deadline_exceeded";
}

/**
 * When a generation must have ended, in epoch milliseconds of the database. This is its deadline, plus a grace while a
 * result is being stored, because the provider is paid by then.
 */
export function mustEndAt(
  { deadlineAt, state }: Pick<GenerationRecord, "deadlineAt" | "state">,
  { storingGraceMs }: { readonly storingGraceMs: number },
): number {
  return deadlineAt + (state === "storing" ? storingGraceMs : 0);
}

/** The decision after a definite failure of an attempt. */
export type FailureDecision =
  | {
      readonly type: "retry";
      readonly dueInMs: number;
      /** The failed attempt does not count against the budget: its vendor asked all requests to wait. */
      readonly keepsBudget?: true;
    }
  | { readonly type: "fail"; readonly code: FailureCode };

/**
 * Decides between another attempt and the end. A rejected request is retried if the error table allows it. An accepted
 * job that failed may be charged, so it is retried only if the provider explicitly allows it.
 */
export function decideAfterFailure(options: {
  readonly state: "rejected" | "failed";
  readonly failure: ProviderFailure;
  /** The number of the failed attempt, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly hasNextProvider: boolean;
  /** Whether the failure has closed the gate of the provider. @default false */
  readonly hasClosedGate?: boolean;
  /** From 0 to below 1. */
  readonly random: number;
}): FailureDecision {
  const { state, failure, attempt, maxAttempts, hasClosedGate = false, hasNextProvider, random } = options;
  // Another vendor does not share the failure, so there is no reason to back off.
  const isFailover = hasNextProvider && isFailoverable(failure);
  const dueInMs = isFailover ? 0 : retryDelayMs({ attempt, retryAfterMs: failure.retryAfterMs ?? 0, random });
  // No budget limits these attempts, only the deadline. The delay grows for a vendor that refuses every request.
  if (hasClosedGate) return { type: "retry", dueInMs, keepsBudget: true };
  const mayRetry = state === "rejected" ? isRetryable(failure) : failure.retryable === true;
  if (attempt < maxAttempts && (isFailover || mayRetry)) return { type: "retry", dueInMs };
  return { type: "fail", code: failureCodeOf(failure) };
}

/** The decision after the owner requested a cancel of a running job. */
export type CancelDecision =
  | { readonly type: "continue" }
  | { readonly type: "canceled"; readonly isConfirmed: boolean };

/** Decides after the cancel of a job. The next step repeats one without a final result. */
export function decideAfterCancel(
  result: JobCancel,
  { dropOnCancel }: Pick<GenerationRecord, "dropOnCancel">,
): CancelDecision {
  if (result === "canceled") return { type: "canceled", isConfirmed: true };
  if (result === "requested" || result === "unknown") return { type: "continue" };
  return dropOnCancel ? { type: "canceled", isConfirmed: false } : { type: "continue" };
}

/** The decision after a poll of a running job. */
export type PollDecision =
  | { readonly type: "wait" }
  /** `media` is `null` when the job is done and its bytes must still be fetched. */
  | { readonly type: "store"; readonly media: readonly ProviderOutput[] | null }
  | { readonly type: "failed"; readonly failure: ProviderFailure }
  | { readonly type: "canceled"; readonly isConfirmed: boolean };

/** Decides after a poll of a running job. */
export function decideAfterPoll(
  status: OperationStatus,
  { cancelRequestedAt, dropOnCancel }: Pick<GenerationRecord, "cancelRequestedAt" | "dropOnCancel">,
): PollDecision {
  const isCancelRequested = cancelRequestedAt !== null;
  switch (status.type) {
    case "queued":
    case "running":
      return { type: "wait" };
    case "done":
      if (isCancelRequested && dropOnCancel) return { type: "canceled", isConfirmed: false };
      if (status.outputs.length === 0) return { type: "failed", failure: noOutput };
      return { type: "store", media: status.outputs };
    case "failed":
      // The job is done and paid; only the download of its bytes failed.
      if (status.failure.code === "download_failed") return { type: "store", media: null };
      return { type: "failed", failure: status.failure };
    case "canceled":
      if (isCancelRequested) return { type: "canceled", isConfirmed: true };
      return { type: "failed", failure: { code: "provider_error", message: "The provider canceled the job." } };
  }
}

/** The decision after a poll of a job whose result is already recorded. */
export type StoringDecision =
  | { readonly type: "wait" }
  | { readonly type: "store"; readonly media: readonly ProviderOutput[] }
  | { readonly type: "fail"; readonly code: FailureCode; readonly failure: ProviderFailure };

/** Decides after a poll for the result of a finished job. The job is paid, so no other attempt follows. */
export function decideWhenStoring(status: OperationStatus): StoringDecision {
  switch (status.type) {
    case "queued":
    case "running":
      return { type: "wait" };
    case "done":
      if (status.outputs.length > 0) return { type: "store", media: status.outputs };
      return { type: "fail", code: failureCodeOf(noOutput), failure: noOutput };
    case "failed":
      if (isRetryable(status.failure)) return { type: "wait" };
      return {
        type: "fail",
        code: status.failure.code === "output_rejected" ? "output_rejected" : "output_unavailable",
        failure: status.failure,
      };
    case "canceled":
      return {
        type: "fail",
        code: "output_unavailable",
        failure: { code: "result_expired", message: "The provider canceled the job after it had finished." },
      };
  }
}

/** A paid result without an output. */
export const noOutput: ProviderFailure = { code: "no_output", message: "The provider returned no output." };

function failureCodeOf(failure: ProviderFailure | null): FailureCode {
  return failure === null ? "internal" : providerErrors[failure.code].failure;
}
