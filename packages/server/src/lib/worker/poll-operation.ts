import type { AttemptRecord, PreviewRecord } from "../generation/generation-record.js";
import type { CancelOutcome, OperationStatus, Provider, ProviderMedia } from "../ports/provider.js";
import { sha256Hex } from "../service/sha256-hex.js";
import { patienceMs } from "./backoff.js";
import { cancelGeneration, retryOrFail } from "./end-generation.js";
import { interruptible } from "./interruptible.js";
import { measureMedia } from "./measure-media.js";
import { nextProgress } from "./next-progress.js";
import { decideAfterCancel, decideAfterPoll } from "./next-step.js";
import { pollDelayMs } from "./poll-pace.js";
import { parseCancelOutcome, parseOperationStatus } from "./provider-answers.js";
import { attemptProvider, type Position, type Step } from "./step.js";

/** A preview is a rough picture: what is larger is not kept. */
const maxPreviewBytes = 262_144;

/** `running`: cancels if the owner asked for it, asks the provider how the job is doing, and acts on its word. */
export async function pollOperation(step: Step, attempt: AttemptRecord): Promise<Position | null> {
  const provider = attemptProvider(step, attempt);
  // Another deployment may still know the provider; the deadline ends the waiting.
  if (provider?.poll === undefined) return askAgainLater(step, attempt, "Nobody here can ask about the job.");

  const { generation } = step.claim;
  if (generation.cancelRequestedAt !== null) {
    const cancel = await askToCancel(step, attempt, provider);
    const decision = cancel === "failed" ? ({ type: "go_on" } as const) : decideAfterCancel(cancel, generation);
    if (decision.type === "canceled") {
      return cancelGeneration(step, { isAccepted: true, isConfirmed: decision.isConfirmed });
    }
  }

  const { signal } = step.lease;
  let status: OperationStatus | null;
  try {
    step.context.onCrashPoint?.("P9");
    const context = { input: generation.parsedInput, token: attempt.token, signal };
    status = parseOperationStatus(await interruptible(signal, provider.poll(attempt.operation, context)));
  } catch (error) {
    return askAgainLater(step, attempt, "The provider could not be asked about a job.", error);
  }
  if (status === null) return askAgainLater(step, attempt, "The provider's word on a job cannot be understood.");

  const decision = decideAfterPoll(status, generation);
  switch (decision.type) {
    case "wait":
      // Only these two lead to waiting.
      if (status.type === "queued" || status.type === "running") await parkRunning(step, attempt, status);
      return null;
    case "store":
      return startStoring(step, attempt, decision.media);
    case "failed":
      return retryOrFail(step, { state: "failed", failure: decision.failure });
    case "canceled":
      return cancelGeneration(step, { isAccepted: true, isConfirmed: decision.isConfirmed });
  }
}

/** `null` when the provider cannot cancel, `failed` when it could not be asked: the next round asks again. */
async function askToCancel(
  { lease, context, claim }: Step,
  attempt: AttemptRecord,
  provider: Provider<unknown>,
): Promise<CancelOutcome | null | "failed"> {
  if (provider.cancel === undefined || !provider.capabilities.cancel) return null;
  try {
    return parseCancelOutcome(await interruptible(lease.signal, provider.cancel(attempt.operation))) ?? "failed";
  } catch (error) {
    if (lease.signal.aborted) throw error;
    context.logger.warn("The provider could not be asked to cancel.", {
      generationId: claim.generation.id,
      providerId: provider.id,
      error: String(error),
    });
    return "failed";
  }
}

/** A hiccup of the network or of the vendor says nothing about the job: no attempt is burned. */
async function askAgainLater(step: Step, attempt: AttemptRecord, message: string, error?: unknown): Promise<null> {
  const { claim, context, lease, writer } = step;
  if (lease.signal.aborted) throw lease.signal.reason;
  context.logger.warn(message, {
    generationId: claim.generation.id,
    providerId: attempt.providerId,
    error: error === undefined ? undefined : String(error),
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
  const { claim, context, writer } = step;
  const preview = status.type === "running" ? status.preview : undefined;
  const news = nextProgress({
    status,
    generation: claim.generation,
    now: claim.now,
    hasPreview: preview !== undefined,
  });
  const stored = news === null || preview === undefined ? null : await storePreview(step, preview);
  const dueInMs = pollDelayMs({
    pollAfterMs: status.pollAfterMs,
    runningForMs: claim.now - attempt.startedAt,
    random: context.random(),
  });
  await writer.park({ to: "running", dueInMs, progress: news === null ? null : { ...news, preview: stored } });
}

/** Previews are worth little: one that cannot be read or stored is left out. */
async function storePreview({ claim, context, lease }: Step, preview: ProviderMedia): Promise<PreviewRecord | null> {
  const measure = preview.bytes.byteLength > maxPreviewBytes ? null : measureMedia(preview.bytes);
  if (measure === null) return null;
  const { id, storagePrefix } = claim.generation;
  const storageKey = `${storagePrefix}/preview-${(await sha256Hex(preview.bytes)).slice(0, 16)}`;
  const { contentType } = measure;
  try {
    await interruptible(lease.signal, context.storage.put(storageKey, preview.bytes, { contentType }));
    return { storageKey, contentType };
  } catch (error) {
    if (lease.signal.aborted) throw error;
    context.logger.warn("A preview could not be stored.", { generationId: id, error: String(error) });
    return null;
  }
}

async function startStoring(
  { claim, writer }: Step,
  attempt: AttemptRecord,
  media: readonly ProviderMedia[] | null,
): Promise<Position | null> {
  if (!(await writer.recordResult(attempt.token, null))) return null;
  return { claim: { ...claim, generation: { ...claim.generation, state: "storing" } }, media };
}
