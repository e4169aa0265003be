import type { FailureCode } from "@safelight/client/contract";
import type { ProviderFailure } from "../generation/provider-failure.js";
import { refundFor } from "../ledger/refund-for.js";
import { nextProvider } from "./choose-provider.js";
import { decideAfterFailure } from "./next-step.js";
import type { Step } from "./step.js";

/** How an attempt ended: `rejected` when the provider did not take the request, `failed` when it took it in vain. */
export interface FailedAttempt {
  readonly state: "rejected" | "failed";
  readonly failure: ProviderFailure;
}

/**
 * Ends a generation as failed and gives its credits back.
 *
 * @param attempt `null` when the provider had no part in it, and the attempt stays as it is.
 */
export async function failGeneration(step: Step, code: FailureCode, attempt: FailedAttempt | null): Promise<null> {
  const { generation } = step.claim;
  const isApplied = await step.writer.settle({
    outcome: { type: "failed", code },
    returned: returnedBy(step, "failed", { isAccepted: true, isConfirmed: false }),
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
 * Ends a generation as canceled; its policy says what is given back.
 *
 * @param facts.isAccepted whether a provider has, or may have, a job for it.
 * @param facts.isConfirmed whether the provider itself said that it canceled the job.
 */
export async function cancelGeneration(
  step: Step,
  facts: { readonly isAccepted: boolean; readonly isConfirmed: boolean },
): Promise<null> {
  await step.writer.settle({
    outcome: { type: "canceled" },
    returned: returnedBy(step, "canceled", facts),
    attempt: facts.isConfirmed ? { state: "canceled", failure: null } : null,
  });
  return null;
}

/** After a definite failure of the latest attempt: another one where failure and budget allow it, or the end. */
export async function retryOrFail(step: Step, failed: FailedAttempt): Promise<null> {
  const { failure } = failed;
  const { claim, context, model, writer } = step;
  const { attempt, generation } = claim;
  const decision = decideAfterFailure({
    failure,
    attempt: generation.attempts,
    maxAttempts: generation.maxAttempts,
    hasNextProvider: model !== null && attempt !== null && nextProvider(model.providers, attempt) !== null,
    random: context.random(),
  });
  if (decision.type === "fail") return failGeneration(step, decision.code, failed);
  context.logger.info("An attempt failed and is made again.", {
    generationId: generation.id,
    attempt: generation.attempts,
    providerId: attempt?.providerId,
    providerCode: failure.code,
    dueInMs: Math.round(decision.dueInMs),
  });
  await writer.park({ to: "retry_wait", dueInMs: decision.dueInMs, attempt: failed });
  return null;
}

function returnedBy(
  { claim }: Step,
  outcome: "failed" | "canceled",
  facts: { readonly isAccepted: boolean; readonly isConfirmed: boolean },
): number {
  const { credits, dropOnCancel, requestedOutputs } = claim.generation;
  return refundFor({
    outcome,
    accepted: facts.isAccepted,
    providerConfirmedCancel: facts.isConfirmed,
    dropOnCancel,
    requestedOutputs,
    storedOutputs: 0,
    credits,
  });
}
