import type { AttemptRecord } from "../generation/generation-record.js";
import type { ProviderFailure } from "../generation/provider-failure.js";
import type { LookupOutcome } from "../ports/provider.js";
import { askForJob, canBeAsked } from "./ask-provider.js";
import { patienceMs } from "./backoff.js";
import { failGeneration, retryOrFail } from "./end-generation.js";
import { attemptProvider, type Step } from "./step.js";

/** `reconciling`: the reply to a paid request was lost. Looks for the job until it is found, or the window has passed. */
export async function reconcileAttempt(step: Step, attempt: AttemptRecord): Promise<null> {
  const { operationHint } = attempt;
  // A call-back brought it: whether that holds, the provider says when it is asked.
  const lookup =
    operationHint === null
      ? await lookUp(step, attempt)
      : ({ type: "found", operation: operationHint } satisfies LookupOutcome);
  switch (lookup.type) {
    case "found":
      // Nobody knows how far it is by now, so it is asked about at once.
      await step.writer.recordOperation(attempt.token, lookup.operation, 0);
      step.context.onCrashPoint?.("P8");
      return null;
    case "absent":
      return retryOrFail(step, { state: "rejected", failure: neverArrived });
    case "unknown":
      return waitOrGiveUp(step, attempt);
  }
}

async function lookUp(step: Step, attempt: AttemptRecord): Promise<LookupOutcome> {
  const { claim, context, lease } = step;
  const provider = attemptProvider(step, attempt);
  if (!canBeAsked(provider, "findByToken")) return { type: "unknown" };
  try {
    return await askForJob(step, attempt, provider);
  } catch (error) {
    if (lease.signal.aborted) throw error;
    context.logger.warn("A lost job could not be looked for.", {
      generationId: claim.generation.id,
      providerId: attempt.providerId,
      error: String(error),
    });
    return { type: "unknown" };
  }
}

async function waitOrGiveUp(step: Step, attempt: AttemptRecord): Promise<null> {
  const { claim, context, writer } = step;
  const { now } = claim;
  const unknownAt = attempt.unknownAt ?? now;
  const leftMs = unknownAt + context.reconcileForMs - now;
  if (leftMs <= 0) return giveUpJob(step);
  const dueInMs = Math.min(patienceMs({ waitedMs: now - unknownAt, random: context.random() }), leftMs);
  await writer.park({ to: "reconciling", dueInMs });
  return null;
}

/** Nothing more will be heard of the job: pays again where the model says so, or ends the generation. */
export async function giveUpJob(step: Step): Promise<null> {
  const { claim, context, model, writer } = step;
  const { generation } = claim;
  if (model?.resubmitUnknown === true && generation.attempts < generation.maxAttempts) {
    context.logger.warn("A lost job was not found and is paid for again, as its model says.", {
      generationId: generation.id,
      attempt: generation.attempts,
    });
    await writer.park({ to: "retry_wait", dueInMs: 0, attempt: { state: "unknown", failure: null } });
    return null;
  }
  return failGeneration(step, "outcome_unknown", { state: "failed", failure: neverFound });
}

const neverArrived: ProviderFailure = { code: "provider_unavailable", message: "The request never arrived." };
const neverFound: ProviderFailure = { code: "submit_unknown", message: "The reply was lost and no job was found." };
