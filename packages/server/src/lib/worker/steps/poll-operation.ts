import { isLongCopy } from "../../generation/long-copy.js";
import { errorText } from "../../ports/error-text.js";
import type { OperationStatus, Provider, ProviderOutput, VendorCost } from "../../ports/provider.js";
import type { JobCancel } from "../../ports/store/outbox.js";
import { freeRetryDelayMs } from "../context/backoff.js";
import { recordJobCancel } from "../context/record-job-cancel.js";
import { storePreview } from "../outputs/store-preview.js";
import { hasMethod, pollJob, requestCancel } from "./call-provider.js";
import { cancelGeneration, dropResult, retryOrFail } from "./end-generation.js";
import { nextProgress } from "./next-progress.js";
import { decideAfterCancel, decideAfterPoll } from "./next-step.js";
import { pollDelayMs } from "./poll-delay.js";
import type { AttemptStep, StepState } from "./step.js";
import { stepLimitMs } from "./step-limit.js";

/** `running`: cancels the job if the owner requested it, polls the provider, and acts on the reported status. */
export async function pollOperation(step: AttemptStep): Promise<StepState | null> {
  const { provider } = step;
  // Another deployment may still have the provider; the deadline ends the wait.
  if (!hasMethod(provider, "poll"))
    return pollLater(step, { message: "No provider of this worker can poll the job; retrying later." });

  const { generation } = step.claim;
  if (generation.cancelRequestedAt !== null) {
    const result = await tryToCancel(step, provider);
    const decision = decideAfterCancel(result, generation);
    if (decision.type === "canceled") {
      await cancelGeneration(step, { how: decision.isConfirmed ? "confirmed" : "dropped" });
    }
    const { attempt, context, lease } = step;
    const ofAttempt = { generationId: generation.id, attempt: attempt.number };
    await recordJobCancel(context, { ...ofAttempt, result, signal: lease.signal });
    if (decision.type === "canceled") return null;
  }

  let status: OperationStatus | null;
  try {
    status = await pollJob(step, provider);
  } catch (error) {
    return pollLater(step, { message: "Could not poll a job; retrying.", error });
  }
  if (status === null)
    return pollLater(step, { message: "The provider returned an invalid status of a job; retrying." });

  const decision = decideAfterPoll(status, generation);
  switch (decision.type) {
    case "wait":
      // Only these two statuses lead to `wait`.
      if (status.type === "queued" || status.type === "running") await parkRunning(step, status);
      return null;
    case "store":
      return startStoring(step, { media: decision.media, costs: costsOf(status) });
    case "failed":
      return retryOrFail(step, { state: "failed", failure: decision.failure, costs: costsOf(status) });
    case "canceled":
      if (decision.isConfirmed) return cancelGeneration(step, { how: "confirmed" });
      return dropResult(step, { costs: costsOf(status) });
  }
}

/** The next step retries an `unknown` one. */
async function tryToCancel(step: AttemptStep, provider: Provider<unknown>): Promise<JobCancel> {
  const { lease, context, claim } = step;
  if (!hasMethod(provider, "cancel") || !provider.capabilities.cancel) return "unsupported";
  try {
    return (await requestCancel(step, provider)) ?? "unknown";
  } catch (error) {
    if (lease.signal.aborted) throw error;
    context.logger.warn("Could not request the cancel of a job; retrying.", {
      event: "operation.cancel_failed",
      generationId: claim.generation.id,
      providerId: provider.id,
      error: errorText(error),
    });
    return "unknown";
  }
}

/** A network or vendor error does not prove that the job failed, so it does not use up an attempt. */
async function pollLater(
  { attempt, claim, context, lease, writer }: AttemptStep,
  { message, error }: { readonly message: string; readonly error?: unknown },
): Promise<null> {
  if (lease.signal.aborted) throw lease.signal.reason;
  context.logger.warn(message, {
    event: "operation.poll_failed",
    generationId: claim.generation.id,
    providerId: attempt.providerId,
    error: error === undefined ? undefined : errorText(error),
  });
  const waitedMs = claim.now - attempt.startedAt;
  await writer.park({ to: "running", dueInMs: freeRetryDelayMs({ waitedMs, random: context.random() }) });
  return null;
}

async function parkRunning(
  step: AttemptStep,
  status: Extract<OperationStatus, { readonly type: "queued" | "running" }>,
): Promise<void> {
  const { attempt, claim, context, lease, model, writer } = step;
  const { generation, now } = claim;
  const preview = status.type === "running" && model?.previews !== false ? status.preview : undefined;
  const updateWith = (hasPreview: boolean) => nextProgress({ status, generation, now, hasPreview });
  const stored =
    preview === undefined || updateWith(true) === null
      ? null
      : await storePreview(context, {
          preview,
          generation,
          recorded: generation.preview,
          name: `preview-${generation.epoch}`,
          signal: lease.signal,
        });
  const dueInMs = pollDelayMs({
    pollAfterMs: status.pollAfterMs,
    hasWebhook: hasWebhook(step),
    runningForMs: now - attempt.startedAt,
    random: context.random(),
  });
  const update = updateWith(stored !== null);
  await writer.park({ to: "running", dueInMs, progress: update && { ...update, preview: stored } });
}

/** Whether the vendor received a webhook URL for the attempt, according to this worker's options. */
function hasWebhook({ context, provider }: AttemptStep): boolean {
  return context.webhookUrlOf !== undefined && provider?.capabilities.webhook === true;
}

function costsOf(status: OperationStatus): readonly VendorCost[] | undefined {
  return status.type === "done" || status.type === "failed" ? status.costs : undefined;
}

async function startStoring(
  { attempt, beginLongCopy, claim, context, lease, provider, writer }: AttemptStep,
  {
    media,
    costs,
  }: { readonly media: readonly ProviderOutput[] | null; readonly costs: readonly VendorCost[] | undefined },
): Promise<StepState | null> {
  if (!(await writer.recordResult({ attemptToken: attempt.token, outputs: null, costs }))) return null;
  const endedAt = claim.now + lease.heldForMs;
  const generation = { ...claim.generation, state: "storing" } as const;
  // The claim that continues polls again, which needs a provider that keeps its result.
  if (provider?.capabilities.resumable === true && isLongCopy(generation) && !beginLongCopy()) {
    await writer.park({ to: "storing", dueInMs: 0 });
    return null;
  }
  lease.limit(stepLimitMs({ generation, now: endedAt }, context));
  return { claim: { ...claim, generation, attempt: { ...attempt, state: "done", endedAt } }, media };
}
