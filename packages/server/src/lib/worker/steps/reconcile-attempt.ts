import type { Json } from "@safelight/client/contract";
import type { AttemptRecord } from "../../generation/generation-record.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import { errorText } from "../../ports/error-text.js";
import type { LookupOutcome } from "../../ports/provider.js";
import { patienceMs } from "../context/backoff.js";
import { attemptProvider, type Step } from "../context/step.js";
import { askForJob, canBeAsked } from "./ask-provider.js";
import { endLost, retryOrFail } from "./end-generation.js";

/**
 * `reconciling`: the response to a paid request was lost. Looks up the job until it is found or the window has passed.
 */
export async function reconcileAttempt(step: Step, attempt: AttemptRecord): Promise<null> {
  const lookup = await lookUp(step, attempt);
  switch (lookup.type) {
    case "found":
      return resume(step, attempt, lookup.operation);
    case "absent":
      return attempt.operationHint === null
        ? retryOrFail(step, { state: "rejected", failure: neverArrived })
        : waitOr(step, attempt, () => endLost(step, notOurs));
    case "unknown":
      return waitOr(step, attempt, () => takeHintOrGiveUp(step, attempt));
    case "nobody":
      return attempt.operationHint === null
        ? waitOr(step, attempt, () => giveUpJob(step))
        : resume(step, attempt, attempt.operationHint);
  }
}

/**
 * Looks up the job by its token; a provider without a lookup has its own result type. If this worker does not have the
 * provider, the result is `unknown`, because another deployment may have it.
 */
async function lookUp(step: Step, attempt: AttemptRecord): Promise<LookupOutcome | { readonly type: "nobody" }> {
  const { claim, context, lease } = step;
  const provider = attemptProvider(step, attempt);
  if (provider === null) return { type: "unknown" };
  if (!canBeAsked(provider, "findByToken")) return { type: "nobody" };
  try {
    return await askForJob(step, attempt, provider);
  } catch (error) {
    if (lease.signal.aborted) throw error;
    context.logger.warn("A lost job could not be looked for.", {
      generationId: claim.generation.id,
      providerId: attempt.providerId,
      error: errorText(error),
    });
    return { type: "unknown" };
  }
}

/** Records the operation. The job's progress is unknown, so it is due for a poll at once. */
async function resume(step: Step, attempt: AttemptRecord, operation: Json): Promise<null> {
  await step.writer.recordOperation({ attemptToken: attempt.token, operation, dueInMs: 0 });
  step.context.onCrashPoint?.("P8");
  return null;
}

/**
 * Waits until the window has passed, then calls `end`. This also holds when a webhook names a job: a valid signature
 * does not prove that the job belongs to this attempt. The provider knows the token and may still name the right job.
 */
async function waitOr(step: Step, attempt: AttemptRecord, end: () => Promise<null>): Promise<null> {
  const { claim, context, writer } = step;
  const { now } = claim;
  const unknownAt = attempt.unknownAt ?? now;
  const leftMs = unknownAt + context.reconcileForMs - now;
  if (leftMs <= 0) return end();
  const dueInMs = Math.min(patienceMs({ waitedMs: now - unknownAt, random: context.random() }), leftMs);
  await writer.park({ to: "reconciling", dueInMs });
  return null;
}

/**
 * The provider's lookup stayed without a definite result. The job that a webhook named is then the likeliest, and
 * sending again would cost most.
 */
function takeHintOrGiveUp(step: Step, attempt: AttemptRecord): Promise<null> {
  const { operationHint } = attempt;
  return operationHint === null ? giveUpJob(step) : resume(step, attempt, operationHint);
}

/** Gives up on the lost job: pays again if the model and the owner allow it, otherwise ends the generation. */
export async function giveUpJob(step: Step): Promise<null> {
  const { claim, context, model, writer } = step;
  const { generation } = claim;
  const mayPayAgain = model?.resubmitUnknown === true && generation.attempts < generation.maxAttempts;
  if (mayPayAgain && !(await writer.isCancelWanted())) {
    context.logger.warn("A lost job was not found and is paid for again, as its model says.", {
      generationId: generation.id,
      attempt: generation.attempts,
    });
    await writer.park({ to: "retry_wait", dueInMs: 0, attempt: { state: "unknown", failure: null } });
    return null;
  }
  return endLost(step, neverFound);
}

const neverArrived: ProviderFailure = { code: "provider_unavailable", message: "The request never arrived." };
const notOurs: ProviderFailure = {
  code: "submit_unknown",
  message: "A call-back names a job, and the provider has none of this token.",
};
const neverFound: ProviderFailure = { code: "submit_unknown", message: "The reply was lost and no job was found." };
