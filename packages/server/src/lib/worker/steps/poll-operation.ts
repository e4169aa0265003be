import type { AttemptRecord } from "../../generation/generation-record.js";
import { errorText } from "../../ports/error-text.js";
import type { CancelOutcome, OperationStatus, Provider, ProviderOutput, VendorCost } from "../../ports/provider.js";
import { patienceMs } from "../context/backoff.js";
import { attemptProvider, type Position, type Step } from "../context/step.js";
import { storePreview } from "../outputs/store-preview.js";
import { askForStatus, askToCancel, canBeAsked } from "./ask-provider.js";
import { cancelGeneration, retryOrFail } from "./end-generation.js";
import { nextProgress } from "./next-progress.js";
import { decideAfterCancel, decideAfterPoll } from "./next-step.js";
import { pollDelayMs } from "./poll-pace.js";

/** `running`: cancels the job if the owner requested it, polls the provider, and acts on the reported status. */
export async function pollOperation(step: Step, attempt: AttemptRecord): Promise<Position | null> {
  const provider = attemptProvider(step, attempt);
  // Another deployment may still have the provider; the deadline ends the wait.
  if (!canBeAsked(provider, "poll")) return askAgainLater(step, attempt, "Nobody here can ask about the job.");

  const { generation } = step.claim;
  if (generation.cancelRequestedAt !== null) {
    const cancel = await tryToCancel(step, attempt, provider);
    const decision = cancel === "failed" ? ({ type: "go_on" } as const) : decideAfterCancel(cancel, generation);
    if (decision.type === "canceled") {
      return cancelGeneration(step, decision.isConfirmed ? "confirmed" : "dropped");
    }
  }

  let status: OperationStatus | null;
  try {
    status = await askForStatus(step, attempt, provider);
  } catch (error) {
    return askAgainLater(step, attempt, "The provider could not be asked about a job.", error);
  }
  if (status === null) return askAgainLater(step, attempt, "The provider's word on a job cannot be understood.");

  const decision = decideAfterPoll(status, generation);
  switch (decision.type) {
    case "wait":
      // Only these two statuses lead to `wait`.
      if (status.type === "queued" || status.type === "running") await parkRunning(step, attempt, status);
      return null;
    case "store":
      return startStoring(step, attempt, decision.media, costsOf(status));
    case "failed":
      return retryOrFail(step, { state: "failed", failure: decision.failure, costs: costsOf(status) });
    case "canceled":
      return cancelGeneration(step, decision.isConfirmed ? "confirmed" : "dropped");
  }
}

/** `null` when the provider cannot cancel; `failed` when the request failed, and the next step retries it. */
async function tryToCancel(
  step: Step,
  attempt: AttemptRecord,
  provider: Provider<unknown>,
): Promise<CancelOutcome | null | "failed"> {
  const { lease, context, claim } = step;
  if (!canBeAsked(provider, "cancel") || !provider.capabilities.cancel) return null;
  try {
    return (await askToCancel(step, attempt, provider)) ?? "failed";
  } catch (error) {
    if (lease.signal.aborted) throw error;
    context.logger.warn("The provider could not be asked to cancel.", {
      generationId: claim.generation.id,
      providerId: provider.id,
      error: errorText(error),
    });
    return "failed";
  }
}

/** A network or vendor error does not prove that the job failed, so it does not use up an attempt. */
async function askAgainLater(step: Step, attempt: AttemptRecord, message: string, error?: unknown): Promise<null> {
  const { claim, context, lease, writer } = step;
  if (lease.signal.aborted) throw lease.signal.reason;
  context.logger.warn(message, {
    generationId: claim.generation.id,
    providerId: attempt.providerId,
    error: error === undefined ? undefined : errorText(error),
  });
  const waitedMs = claim.now - attempt.startedAt;
  await writer.park({ to: "running", dueInMs: patienceMs({ waitedMs, random: context.random() }) });
  return null;
}

async function parkRunning(
  step: Step,
  attempt: AttemptRecord,
  status: Extract<OperationStatus, { readonly type: "queued" | "running" }>,
): Promise<void> {
  const { claim, context, lease, writer } = step;
  const preview = status.type === "running" ? status.preview : undefined;
  const news = nextProgress({
    status,
    generation: claim.generation,
    now: claim.now,
    hasPreview: preview !== undefined,
  });
  const { epoch, preview: recorded } = claim.generation;
  const place = { recorded, name: `preview-${epoch}`, signal: lease.signal };
  const stored = news === null || preview === undefined ? null : await storePreview(step, preview, place);
  const dueInMs = pollDelayMs({
    pollAfterMs: status.pollAfterMs,
    callsBack: isCalledBack(step, attempt),
    runningForMs: claim.now - attempt.startedAt,
    random: context.random(),
  });
  await writer.park({ to: "running", dueInMs, progress: news === null ? null : { ...news, preview: stored } });
}

/** Whether the vendor received a webhook URL for the attempt, according to this worker's options. */
function isCalledBack(step: Step, attempt: AttemptRecord): boolean {
  const provider = attemptProvider(step, attempt);
  return step.context.webhookUrlOf !== undefined && provider?.capabilities.webhook === true;
}

function costsOf(status: OperationStatus): readonly VendorCost[] | undefined {
  return status.type === "done" || status.type === "failed" ? status.costs : undefined;
}

async function startStoring(
  { claim, lease, writer }: Step,
  attempt: AttemptRecord,
  media: readonly ProviderOutput[] | null,
  costs: readonly VendorCost[] | undefined,
): Promise<Position | null> {
  if (!(await writer.recordResult({ attemptToken: attempt.token, outputs: null, costs }))) return null;
  const done = { ...attempt, state: "done", endedAt: claim.now + lease.heldForMs } as const;
  return { claim: { ...claim, generation: { ...claim.generation, state: "storing" }, attempt: done }, media };
}
