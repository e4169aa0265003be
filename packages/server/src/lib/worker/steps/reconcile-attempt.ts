import type { Json } from "@safelight/client/contract";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import { errorText } from "../../ports/error-text.js";
import type { LookupOutcome } from "../../ports/provider.js";
import { freeRetryDelayMs } from "../context/backoff.js";
import { findJob, hasMethod } from "./call-provider.js";
import { endLost, retryOrFail } from "./end-generation.js";
import type { AttemptStep, Step } from "./step.js";

/**
 * `reconciling`: the response to a paid request was lost. Looks up the job until it is found or the window has passed.
 */
export async function reconcileAttempt(step: AttemptStep): Promise<null> {
  const { operationHint } = step.attempt;
  const lookup = await lookUp(step);
  switch (lookup.type) {
    case "found":
      return resume(step, lookup.operation);
    case "absent":
      return operationHint === null
        ? retryOrFail(step, { state: "rejected", failure: neverArrived })
        : waitOr(step, () => endLost(step, foreignJob));
    case "unknown":
      return waitOr(step, () => resumeHintOrGiveUp(step));
    case "unsupported":
      return operationHint === null ? waitOr(step, () => giveUpJob(step)) : resume(step, operationHint);
  }
}

/**
 * Looks up the job by its token; `unsupported` if the provider has no lookup. If this worker does not have the
 * provider, the result is `unknown`, because another deployment may have it.
 */
async function lookUp(step: AttemptStep): Promise<LookupOutcome | { readonly type: "unsupported" }> {
  const { attempt, claim, context, lease, provider } = step;
  if (provider === null) return { type: "unknown" };
  if (!hasMethod(provider, "findByToken")) return { type: "unsupported" };
  try {
    return await findJob(step, provider);
  } catch (error) {
    if (lease.signal.aborted) throw error;
    context.logger.warn("Could not look up a lost job; retrying.", {
      event: "attempt.lookup_failed",
      generationId: claim.generation.id,
      providerId: attempt.providerId,
      error: errorText(error),
    });
    return { type: "unknown" };
  }
}

/** Records the operation. The job's progress is unknown, so it is due for a poll at once. */
async function resume({ attempt, context, writer }: AttemptStep, operation: Json): Promise<null> {
  await writer.recordOperation({ attemptToken: attempt.token, operation, dueInMs: 0 });
  context.onCrashPoint?.("P8");
  return null;
}

/**
 * Waits until the window has passed, then calls `end`. This also holds when a webhook names a job: a valid signature
 * does not prove that the job belongs to this attempt. The provider knows the token and may still name the right job.
 */
async function waitOr({ attempt, claim, context, writer }: AttemptStep, end: () => Promise<null>): Promise<null> {
  const { now } = claim;
  const unknownAt = attempt.unknownAt ?? now;
  const leftMs = unknownAt + context.reconcileForMs - now;
  if (leftMs <= 0) return end();
  const dueInMs = Math.min(freeRetryDelayMs({ waitedMs: now - unknownAt, random: context.random() }), leftMs);
  await writer.park({ to: "reconciling", dueInMs });
  return null;
}

/**
 * The provider's lookup returned no definite result within the window. The job that a webhook named is then the most
 * likely one, and another paid request would cost most.
 */
function resumeHintOrGiveUp(step: AttemptStep): Promise<null> {
  const { operationHint } = step.attempt;
  return operationHint === null ? giveUpJob(step) : resume(step, operationHint);
}

/** Gives up on the lost job: pays again if the model and the owner allow it, otherwise ends the generation. */
export async function giveUpJob(step: Step): Promise<null> {
  const { claim, context, model, writer } = step;
  const { generation } = claim;
  const mayPayAgain = model?.resubmitUnknown === true && generation.attempts < generation.maxAttempts;
  if (mayPayAgain && !(await writer.isCancelRequested())) {
    context.logger.warn(
      "A lost job was not found; sending another paid request, because the model sets `resubmitUnknown`.",
      {
        event: "attempt.resubmitted",
        generationId: generation.id,
        attempt: generation.attempts,
      },
    );
    await writer.park({ to: "retry_wait", dueInMs: 0, attempt: { state: "unknown", failure: null } });
    return null;
  }
  return endLost(step, neverFound);
}

const neverArrived: ProviderFailure = {
  code: "provider_unavailable",
  message: "The provider never received the request.",
};
const foreignJob: ProviderFailure = {
  code: "submit_unknown",
  message: "A webhook named a job, but the provider has no job with this token.",
};
const neverFound: ProviderFailure = {
  code: "submit_unknown",
  message: "The response was lost and no job was found.",
};
