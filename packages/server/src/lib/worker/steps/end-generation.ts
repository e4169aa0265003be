import type { FailureCode } from "@safelight/client/contract";
import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { type Ending, refundFor } from "../../ledger/refund-for.js";
import type { VendorCost } from "../../ports/provider.js";
import type { Step } from "../context/step.js";
import { nextProvider } from "./choose-provider.js";
import { decideAfterFailure } from "./next-step.js";

/** Errors that persist until the operator fixes them. They are logged as warnings, because failover would hide them. */
const needsOperator: ReadonlySet<ProviderErrorCode> = new Set([
  "unauthenticated",
  "forbidden",
  "insufficient_credit",
  "not_found",
]);

/**
 * How an attempt failed: `rejected` if the provider refused the request, `failed` if it accepted the request and then
 * failed.
 */
export interface FailedAttempt {
  readonly state: "rejected" | "failed";
  readonly failure: ProviderFailure;
  /** The vendor's charges for it, if any. */
  readonly costs?: readonly VendorCost[] | undefined;
}

/** An attempt with an unknown outcome: the provider may have the job, so the outbox cancels it. */
export interface LostAttempt {
  readonly state: "unknown";
  readonly failure: ProviderFailure;
}

/**
 * Settles a generation as failed; its refund policy decides the refund.
 *
 * @param attempt `null` leaves the attempt unchanged, because the provider did not cause the failure.
 */
export async function failGeneration(
  step: Step,
  code: FailureCode,
  attempt: FailedAttempt | LostAttempt | null,
): Promise<null> {
  const { generation } = step.claim;
  const isApplied = await step.writer.settle({
    outcome: { type: "failed", code },
    refund: refundFor(generation, { type: "failed", code }),
    attempt,
  });
  if (!isApplied) return null;
  step.context.logger[code === "internal" ? "error" : "warn"]("A generation failed.", {
    generationId: generation.id,
    model: generation.model,
    state: generation.state,
    code,
    attempt: generation.attempts,
    providerId: step.claim.attempt?.providerId,
    providerCode: attempt?.failure.code,
    providerMessage: attempt?.failure.message,
  });
  return null;
}

/**
 * Settles a generation as canceled; its refund policy decides the refund.
 *
 * @param how `withdrawn` if no provider is known to have a job for it. `confirmed` if the provider confirms that the
 * job has stopped. `dropped` if the provider continues and the result is discarded.
 * @param attempt outcome of the attempt; `null` if it was canceled or stays unchanged.
 */
export async function cancelGeneration(
  { claim, writer }: Step,
  how: Extract<Ending, { readonly type: "canceled" }>["how"],
  attempt: FailedAttempt | LostAttempt | null = null,
): Promise<null> {
  await writer.settle({
    outcome: { type: "canceled" },
    refund: refundFor(claim.generation, { type: "canceled", how }),
    attempt: attempt ?? (how === "confirmed" ? { state: "canceled", failure: null } : null),
  });
  return null;
}

/** Settles a generation whose job was lost: as canceled if the owner requested that, otherwise as failed. */
export async function endLost(step: Step, failure: ProviderFailure): Promise<null> {
  const lost = { state: "unknown", failure } as const;
  if (await step.writer.isCancelWanted()) return cancelGeneration(step, "withdrawn", lost);
  return failGeneration(step, "outcome_unknown", lost);
}

/**
 * After a definite failure of the latest attempt: schedules another one if the owner, the failure and the remaining
 * attempts allow it. Otherwise settles the generation.
 */
export async function retryOrFail(step: Step, failed: FailedAttempt): Promise<null> {
  const { failure, state } = failed;
  if (await step.writer.isCancelWanted()) {
    return cancelGeneration(step, failed.state === "failed" ? "confirmed" : "withdrawn", failed);
  }
  const { claim, context, model, writer } = step;
  const { attempt, generation } = claim;
  const decision = decideAfterFailure({
    state,
    failure,
    attempt: generation.attempts,
    maxAttempts: generation.maxAttempts,
    hasNextProvider: model !== null && attempt !== null && nextProvider(model.providers, attempt) !== null,
    random: context.random(),
  });
  if (decision.type === "fail") return failGeneration(step, decision.code, failed);
  context.logger[needsOperator.has(failure.code) ? "warn" : "info"]("An attempt failed and is made again.", {
    generationId: generation.id,
    attempt: generation.attempts,
    providerId: attempt?.providerId,
    providerCode: failure.code,
    providerMessage: failure.message,
    dueInMs: Math.round(decision.dueInMs),
  });
  await writer.park({ to: "retry_wait", dueInMs: decision.dueInMs, attempt: failed });
  return null;
}
