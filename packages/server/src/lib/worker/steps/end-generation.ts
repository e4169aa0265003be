import type { FailureCode } from "@safelight/client/contract";
import { isRetryable, type ProviderErrorCode, type ProviderFailure } from "../../generation/provider-failure.js";
import { type Ending, refundFor } from "../../ledger/refund-for.js";
import { providerOf } from "../../model/failover-providers.js";
import { gateOf } from "../../model/gate-limits.js";
import type { VendorCost } from "../../ports/provider.js";
import type { AttemptWrite } from "../../ports/store/store-commands.js";
import { chooseProvider, nextProvider } from "./choose-provider.js";
import { decideAfterFailure } from "./next-step.js";
import type { Step } from "./step.js";

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
 * @param options.attempt outcome of the attempt. By default the attempt stays unchanged, because the provider did not
 * cause the failure.
 */
export async function failGeneration(
  step: Step,
  { code, attempt }: { readonly code: FailureCode; readonly attempt?: FailedAttempt | LostAttempt },
): Promise<null> {
  const { generation, unreadable } = step.claim;
  const isApplied = await step.writer.settle({
    outcome: { type: "failed", code },
    refund: refundFor(generation, { type: "failed", code }),
    attempt: attempt ?? null,
  });
  if (!isApplied) return null;
  step.context.logger[code === "internal" ? "error" : "warn"]("Generation failed.", {
    event: "generation.failed",
    generationId: generation.id,
    model: generation.model,
    state: generation.state,
    code,
    attempt: generation.attempts,
    providerId: step.claim.attempt?.providerId,
    providerCode: attempt?.failure.code,
    providerMessage: attempt?.failure.message,
    ...(unreadable !== null && { unreadable }),
  });
  return null;
}

/**
 * Settles a generation as canceled; its refund policy decides the refund.
 *
 * @param options.how `withdrawn` if no provider is known to have a job for it. `confirmed` if the provider confirms that
 * the job has stopped. `dropped` if the provider continues and the result is discarded.
 * @param options.attempt outcome of the attempt. By default it is canceled if `confirmed`, and otherwise unchanged.
 */
export async function cancelGeneration(
  { claim, writer }: Step,
  {
    how,
    attempt,
  }: {
    readonly how: Extract<Ending, { readonly type: "canceled" }>["how"];
    readonly attempt?: AttemptWrite;
  },
): Promise<null> {
  await writer.settle({
    outcome: { type: "canceled" },
    refund: refundFor(claim.generation, { type: "canceled", how }),
    attempt: attempt ?? (how === "confirmed" ? { state: "canceled", failure: null } : null),
  });
  return null;
}

/**
 * Settles a generation as canceled, although its job is done: the owner requested the cancel, and its model drops results.
 *
 * @param options.attemptToken set for the response to a paid request, which may come without the lease. If another worker has
 *   ended the generation by then, only the end and the costs of the attempt are recorded.
 */
export async function dropResult(
  { claim, writer }: Step,
  { attemptToken, costs }: { readonly attemptToken?: string; readonly costs: readonly VendorCost[] | undefined },
): Promise<null> {
  const isApplied = await writer.settle({
    outcome: { type: "canceled" },
    refund: refundFor(claim.generation, { type: "canceled", how: "dropped" }),
    attempt: { state: "done", failure: null, costs },
    ...(attemptToken !== undefined && { attemptToken }),
  });
  if (!isApplied && attemptToken !== undefined) await writer.recordResult({ attemptToken, outputs: null, costs });
  return null;
}

/** Settles a generation whose job was lost: as canceled if the owner requested that, otherwise as failed. */
export async function endLost(step: Step, failure: ProviderFailure): Promise<null> {
  const attempt = { state: "unknown", failure } as const;
  if (await step.writer.isCancelRequested()) return cancelGeneration(step, { how: "withdrawn", attempt });
  return failGeneration(step, { code: "outcome_unknown", attempt });
}

/**
 * After a definite failure of the latest attempt: schedules another one if the owner, the failure and the remaining
 * attempts allow it. Otherwise settles the generation. A cancel ends the attempts, but does not replace `content_blocked`: it would
 * get the refund of a cancel for rejected content, and hide the rejection from `onFailed`.
 */
export async function retryOrFail(step: Step, failed: FailedAttempt): Promise<null> {
  const { failure, state } = failed;
  if (await step.writer.isCancelRequested()) {
    if (failure.code === "content_blocked") return failGeneration(step, { code: "content_rejected", attempt: failed });
    return cancelGeneration(step, { how: state === "failed" ? "confirmed" : "withdrawn", attempt: failed });
  }
  const { claim, context, model, writer } = step;
  const { attempt, generation } = claim;
  const hasClosedGate = await closeGateAfter(step, failed);
  const decision = decideAfterFailure({
    state,
    failure,
    attempt: generation.attempts,
    maxAttempts: generation.maxAttempts,
    hasNextProvider: model !== null && attempt !== null && nextProvider(model.providers, attempt) !== null,
    hasClosedGate,
    random: context.random(),
  });
  if (decision.type === "fail") return failGeneration(step, { code: decision.code, attempt: failed });
  context.logger[needsOperator.has(failure.code) ? "warn" : "info"]("Attempt failed; retrying.", {
    event: "attempt.failed",
    generationId: generation.id,
    attempt: generation.attempts,
    providerId: attempt?.providerId,
    providerCode: failure.code,
    providerMessage: failure.message,
    dueInMs: Math.round(decision.dueInMs),
  });
  const next = model === null || attempt === null ? null : chooseProvider(model.providers, { ...attempt, failure });
  const { dueInMs, keepsBudget = false } = decision;
  const gate = next === null ? {} : { gate: gateOf(next) };
  await writer.park({ to: "retry_wait", dueInMs, attempt: failed, keepsBudget, ...gate });
  return null;
}

/**
 * Closes the gate of a vendor that asked for a delay: the other generations of its account would be refused, too.
 *
 * @returns whether it was closed.
 */
async function closeGateAfter(step: Step, { failure, state }: FailedAttempt): Promise<boolean> {
  const { claim, model, writer } = step;
  const { code, retryAfterMs = 0 } = failure;
  const provider = model === null || claim.attempt === null ? null : providerOf(model.providers, claim.attempt);
  const key = provider === null ? null : gateOf(provider);
  if (key === null || state !== "rejected" || code !== "rate_limited" || retryAfterMs <= 0) return false;
  if (!isRetryable(failure)) return false;
  await writer.closeGate({ key, forMs: retryAfterMs });
  return true;
}
