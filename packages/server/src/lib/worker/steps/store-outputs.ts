import type { DigitalSourceType, FailureCode } from "@safelight/client/contract";
import type { OutputRecord } from "../../generation/generation-record.js";
import { maxOutputBytesOf } from "../../generation/output-limits.js";
import {
  type AttemptFailure,
  hasOwnReason,
  type ProviderFailure,
  providerErrors,
} from "../../generation/provider-failure.js";
import { uploadReferencesIn } from "../../generation/upload-reference.js";
import { workSizeOf } from "../../generation/work-size.js";
import { refundFor } from "../../ledger/refund-for.js";
import { cutText } from "../../ports/cut-text.js";
import { errorLine, errorText } from "../../ports/error-text.js";
import type { OperationStatus, ProviderOutput, VendorCost } from "../../ports/provider.js";
import { freeRetryDelayMs } from "../context/backoff.js";
import { OutputCheckFailed } from "../outputs/check-output.js";
import type { CopyConditions } from "../outputs/copy-outputs.js";
import { type StoredMedia, storeMedia } from "../outputs/store-media.js";
import { hasMethod, pollJob } from "./call-provider.js";
import { failGeneration } from "./end-generation.js";
import { decideWhenStoring, mustEndAt, noOutput } from "./next-step.js";
import { type Step, withLatestAttempt } from "./step.js";
import { maxTransferMsOf } from "./transfer-limit.js";

/** Min milliseconds for another try: the max pause between two tries, and a check of each output. */
export const lastTryMs = 120_000;

/** Max length of the failure of a try, in characters: the attempt keeps it. */
const maxFailureLength = 1_000;

/**
 * `storing`: stores the bytes and settles the generation. Outputs that are not available yet are retried within the
 * grace.
 */
export async function storeOutputs(step: Step): Promise<null> {
  const { claim, context, lease } = step;
  const recorded = claim.attempt?.outputs ?? null;
  if (recorded !== null) return finish(step, { outputs: recorded });
  const media = step.media ?? (await fetchMedia(step));
  if (media === null) return null;

  let stored: StoredMedia;
  try {
    const earlier = claim.attempt?.storedOutputs ?? [];
    stored = await storeMedia(context, {
      result: { generation: claim.generation, digitalSourceType: sourceTypeOf(step), media, cache: null, earlier },
      conditions: copyConditions(step, lease.signal),
    });
  } catch (error) {
    return retryLater(step, { message: "Could not store the outputs; retrying.", error });
  }
  const { error, failure, outputs } = stored;
  if (error !== null) return park(step, { failure: reasonOf(stored), storedOutputs: outputs });
  if (outputs.length === 0) return failWithoutOutputs(step, stored);
  context.onCrashPoint?.("P13");
  return finish(step, { outputs, failure });
}

/** Every output of a paid result is missing: the generation fails with the reason of the first one. */
export function failWithoutOutputs(
  step: Step,
  { failure, costs }: Pick<StoredMedia, "failure"> & { readonly costs?: readonly VendorCost[] | undefined },
): Promise<null> {
  const reason = failure ?? noOutput;
  const { failure: code } = providerErrors[reason.code];
  return failGeneration(step, { code, attempt: { state: "failed", failure: reason, costs } });
}

/**
 * Allowed hosts and time limits for copying the latest attempt's outputs. A hanging transfer gets half of the remaining
 * time, so that the other half can record stored outputs.
 */
export function copyConditions(step: Step, signal: AbortSignal): CopyConditions {
  const provider = withLatestAttempt(step)?.provider;
  const { kind } = step.claim.generation;
  const transferLimitMs = () => Math.min(step.lease.leftMs / 2, maxTransferMsOf(kind));
  const maxBytes = maxOutputBytesOf(step.context.maxOutputBytes, kind) ?? Number.POSITIVE_INFINITY;
  const endsInMs = () => mustEndAt(step.claim.generation, step.context) - step.claim.now - step.lease.heldForMs;
  const isLastTry = () => endsInMs() < lastTryMs;
  const waitedMs = waitedMsOf(step);
  return { hosts: provider?.mediaHosts ?? [], maxBytes, waitedMs, transferLimitMs, isLastTry, signal };
}

/** How the outputs were made: as the provider declares, otherwise by whether the input refers to uploads. */
export function sourceTypeOf(step: Step): DigitalSourceType {
  const hasUploads = uploadReferencesIn(step.claim.parsedInput).length > 0;
  const usual = hasUploads ? "compositeWithTrainedAlgorithmicMedia" : "trainedAlgorithmicMedia";
  return withLatestAttempt(step)?.provider?.digitalSourceType ?? usual;
}

/** Milliseconds since the provider finished the job. */
function waitedMsOf({ claim, lease }: Step): number {
  const { attempt, now } = claim;
  return now + lease.heldForMs - (attempt?.endedAt ?? now + lease.heldForMs);
}

/** Outputs that complete a generation. */
interface Completion {
  readonly outputs: readonly OutputRecord[];
  /** Why other outputs are missing. @default the recorded reason */
  readonly failure?: AttemptFailure | null;
}

/** Settles a generation as completed with its stored outputs. Returns whether the write took effect. */
function complete(
  { claim, writer }: Step,
  { outputs, failure = claim.attempt?.failure ?? null }: Completion,
): Promise<boolean> {
  const { generation } = claim;
  const { requestedOutputs } = generation;
  return writer.settle({
    outcome: { type: "completed", outputs },
    refund: refundFor(generation, { type: "completed", requestedOutputs, storedOutputs: outputs.length }),
    attempt: { state: "done", failure },
  });
}

/** Completes with the outputs that earlier tries stored, because they are paid for. The others can no longer be stored. */
export async function completeWithRecorded(
  step: Step,
  { outputs, failure = step.claim.attempt?.failure ?? null }: Completion,
): Promise<null> {
  if (failure !== null && hasOwnReason(failure)) {
    step.context.logger.warn("Completing with the outputs stored so far: the others can no longer be stored.", {
      event: "output.expired",
      generationId: step.claim.generation.id,
      stored: outputs.length,
      code: failure.code,
      reason: failure.message,
    });
  }
  await complete(step, { outputs, failure });
  return null;
}

/** The provider has no further outputs. */
async function endWithStored(
  step: Step,
  { code, failure }: { readonly code: FailureCode; readonly failure: ProviderFailure },
): Promise<null> {
  const { attempt } = step.claim;
  const outputs = attempt?.storedOutputs ?? [];
  const full = withMissing(failure, attempt?.failure);
  if (outputs.length > 0) return completeWithRecorded(step, { outputs, failure: full });
  return failGeneration(step, { code, attempt: { state: "failed", failure: full } });
}

/** Completes a generation whose result was stored in time. */
async function finish(step: Step, stored: Completion): Promise<null> {
  if (await complete(step, stored)) recordDuration(step);
  return null;
}

/** Records how long a generation took that completed on its first attempt, to estimate later ones. */
function recordDuration({ claim, context, lease }: Step): void {
  const { attempt, generation, now } = claim;
  if (attempt === null || attempt.number > 1) return;
  const { model, startedAt } = generation;
  const elapsedMs = now - (startedAt ?? attempt.startedAt) + lease.heldForMs;
  const size = workSizeOf({ ...generation, input: claim.parsedInput });
  context.timings.record({ model, providerId: attempt.providerId, size }, elapsedMs);
}

/** Polls the provider for the result. Returns `null` after it parked or settled the generation instead. */
async function fetchMedia(step: Step): Promise<readonly ProviderOutput[] | null> {
  const attempted = withLatestAttempt(step);
  const provider = attempted?.provider ?? null;
  if (provider?.capabilities.resumable === false) {
    return endWithStored(step, { code: "output_unavailable", failure: lostWithWorker });
  }
  // Another deployment may still have the provider; the grace ends the wait.
  if (attempted === null || !hasMethod(provider, "poll")) {
    return retryLater(step, { message: "No provider of this worker can fetch the result; retrying later." });
  }
  let status: OperationStatus | null;
  try {
    status = await pollJob(attempted, provider);
  } catch (error) {
    return retryLater(step, { message: "Could not fetch a result; retrying.", error });
  }
  if (status === null) return retryLater(step, { message: "The provider returned an invalid result; retrying." });
  const decision = decideWhenStoring(status);
  switch (decision.type) {
    case "store":
      return decision.media;
    case "fail":
      return endWithStored(step, decision);
    case "wait":
      return retryLater(step, { message: "A result is not available yet; retrying." });
  }
}

/** This try had no result: the attempt keeps the outputs of earlier ones. */
async function retryLater(
  step: Step,
  { message, error }: { readonly message: string; readonly error?: unknown },
): Promise<null> {
  const { context, claim, lease } = step;
  if (lease.signal.aborted) throw lease.signal.reason;
  context.logger.warn(message, {
    event: "output.not_stored",
    generationId: claim.generation.id,
    error: error === undefined ? undefined : errorText(error),
  });
  return park(step, { failure: withMissing(storingFailure(message, error), claim.attempt?.failure) });
}

/** Parks the generation until its next try. The operator page shows the failure until then. */
async function park(
  step: Step,
  options: { readonly failure: AttemptFailure | null; readonly storedOutputs?: readonly OutputRecord[] },
): Promise<null> {
  const { context, claim, lease, writer } = step;
  if (lease.signal.aborted) throw lease.signal.reason;
  const delayMs = freeRetryDelayMs({ waitedMs: waitedMsOf(step), random: context.random() });
  // Max: the end of the grace, so that the generation ends on time.
  const leftMs = Math.max(mustEndAt(claim.generation, context) - claim.now - lease.heldForMs, 0);
  const dueInMs = Math.min(delayMs, leftMs);
  const { failure, ...stored } = options;
  await writer.park({ to: "storing", dueInMs, attempt: { state: "done", failure }, ...stored });
  return null;
}

/** Why outputs of a result are not stored: the error of the try, and the missing outputs. `null` if all are stored. */
export function reasonOf({ error, failure }: Pick<StoredMedia, "error" | "failure">): AttemptFailure | null {
  return error === null ? failure : withMissing(storingFailure("Could not store an output.", error), failure);
}

function withMissing(failure: ProviderFailure, known: AttemptFailure | null | undefined): AttemptFailure {
  return known?.missing === undefined ? failure : { ...failure, missing: known.missing };
}

function storingFailure(message: string, error: unknown): ProviderFailure {
  const cause = error === undefined ? "" : ` ${errorLine(error)}`;
  return {
    code: "download_failed",
    message: cutText(`${message}${cause}`, maxFailureLength),
    ...(error instanceof OutputCheckFailed && { causedBy: "checkOutput" }),
  };
}

const lostWithWorker: ProviderFailure = {
  code: "result_expired",
  message: "The provider returns its outputs only once, and the worker that received them crashed.",
};
