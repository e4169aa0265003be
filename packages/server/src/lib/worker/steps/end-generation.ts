import type { FailureCode } from "@safelight/client/contract";
import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import { type Ending, refundFor } from "../../ledger/refund-for.js";
import type { VendorCost } from "../../ports/provider.js";
import type { Step } from "../context/step.js";
import { nextProvider } from "./choose-provider.js";
import { decideAfterFailure } from "./next-step.js";

/** What passes only when somebody does something about it: the next provider of a chain would hide it for ever. */
const needsOperator: ReadonlySet<ProviderErrorCode> = new Set([
  "unauthenticated",
  "forbidden",
  "insufficient_credit",
  "not_found",
]);

/** How an attempt failed: `rejected` when the provider did not take the request, `failed` when it took it in vain. */
export interface FailedAttempt {
  readonly state: "rejected" | "failed";
  readonly failure: ProviderFailure;
  /** What the vendor charges for it all the same. */
  readonly costs?: readonly VendorCost[] | undefined;
}

/** An attempt that nobody knows the end of: the provider may have the job, which is then to be canceled. */
export interface LostAttempt {
  readonly state: "unknown";
  readonly failure: ProviderFailure;
}

/**
 * Ends a generation as failed; its policy says what is given back.
 *
 * @param attempt `null` when the provider had no part in it, and the attempt stays as it is.
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
 * Ends a generation as canceled; its policy says what is given back.
 *
 * @param how `withdrawn` when no provider is known to have a job for it, `confirmed` when the provider says that the
 * job has stopped, `dropped` when it works on for a result that nobody gets.
 * @param attempt what became of the attempt; `null` where it stays as it is, or was canceled.
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

/** Ends a generation whose job was lost: as canceled where its owner had asked for that, else as failed. */
export async function endLost(step: Step, failure: ProviderFailure): Promise<null> {
  const lost = { state: "unknown", failure } as const;
  if (await step.writer.isCancelWanted()) return cancelGeneration(step, "withdrawn", lost);
  return failGeneration(step, "outcome_unknown", lost);
}

/** After a definite failure of the latest attempt: another one where owner, failure and budget allow it, or the end. */
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
