import type { OutputRecord } from "../../generation/generation-record.js";
import { type ProviderFailure, providerErrors } from "../../generation/provider-failure.js";
import { refundFor } from "../../ledger/refund-for.js";
import { errorText } from "../../ports/error-text.js";
import type { OperationStatus, ProviderOutput, VendorCost } from "../../ports/provider.js";
import { patienceMs } from "../context/backoff.js";
import { attemptProvider, type Step } from "../context/step.js";
import type { CopyConditions } from "../outputs/copy-outputs.js";
import { type StoredMedia, storeMedia } from "../outputs/store-media.js";
import { askForStatus, canBeAsked } from "./ask-provider.js";
import { failGeneration } from "./end-generation.js";
import { decideWhenStoring, endOf } from "./next-step.js";

/** Max time for the copy or the write of one whole output; a slower one is retried. */
export const maxTransferMs = 120_000;

/**
 * `storing`: stores the bytes and settles the generation. Outputs that are not available yet are retried within the
 * grace.
 */
export async function storeOutputs(step: Step): Promise<null> {
  const stored = step.claim.attempt?.outputs ?? null;
  if (stored !== null) return complete(step, stored);
  const media = step.media ?? (await fetchMedia(step));
  if (media === null) return null;

  let kept: StoredMedia;
  try {
    const result = {
      generation: step.claim.generation,
      media,
      held: null,
      kept: step.claim.attempt?.storedOutputs ?? [],
    };
    kept = await storeMedia(step.context, result, copyConditions(step, step.lease.signal));
  } catch (error) {
    return waitLonger(step, "An output could not be stored yet.", error);
  }
  if (kept.trouble !== null) return waitLonger(step, "An output could not be stored yet.", kept.trouble, kept.outputs);
  if (kept.outputs.length === 0) return failWithoutOutputs(step, kept);
  step.context.onCrashPoint?.("P13");
  return complete(step, kept.outputs);
}

/** Every output of a paid result is missing: the generation fails with the reason of the first one. */
export function failWithoutOutputs(step: Step, { failure }: StoredMedia, costs?: readonly VendorCost[]): Promise<null> {
  const reason = failure ?? noOutput;
  return failGeneration(step, providerErrors[reason.code].failure, { state: "failed", failure: reason, costs });
}

/**
 * Allowed hosts and time limits for copying the latest attempt's outputs. A hanging transfer gets half of the remaining
 * time, so that the other half can record stored outputs.
 */
export function copyConditions(step: Step, signal: AbortSignal): CopyConditions {
  const { attempt } = step.claim;
  const provider = attempt === null ? null : attemptProvider(step, attempt);
  const transferLimitMs = () => Math.min(step.lease.leftMs / 2, maxTransferMs);
  return { hosts: provider?.mediaHosts ?? [], waitedMs: waitedMsOf(step), transferLimitMs, signal };
}

/** Milliseconds since the provider finished the job. */
function waitedMsOf({ claim, lease }: Step): number {
  const { attempt, now } = claim;
  return now + lease.heldForMs - (attempt?.endedAt ?? now + lease.heldForMs);
}

/** Settles a generation as completed with these stored outputs. */
export async function complete(step: Step, outputs: readonly OutputRecord[]): Promise<null> {
  const { generation } = step.claim;
  const { requestedOutputs } = generation;
  const isApplied = await step.writer.settle({
    outcome: { type: "completed", outputs },
    refund: refundFor(generation, { type: "completed", requestedOutputs, storedOutputs: outputs.length }),
    attempt: { state: "done", failure: null },
  });
  if (isApplied) noteTime(step);
  return null;
}

/** Records how long a generation took that completed on its first attempt, to estimate later ones. */
function noteTime({ claim, context, lease }: Step): void {
  const { attempt, generation, now } = claim;
  if (attempt === null || attempt.number > 1) return;
  const { model, requestedOutputs, startedAt } = generation;
  const elapsedMs = now - (startedAt ?? attempt.startedAt) + lease.heldForMs;
  context.timings.note({ model, providerId: attempt.providerId, size: requestedOutputs }, elapsedMs);
}

/** Polls the provider for the result. Returns `null` after it parked or settled the generation instead. */
async function fetchMedia(step: Step): Promise<readonly ProviderOutput[] | null> {
  const { attempt } = step.claim;
  const provider = attempt === null ? null : attemptProvider(step, attempt);
  if (provider?.capabilities.resumable === false) {
    return failGeneration(step, "output_unavailable", { state: "failed", failure: diedWithBytes });
  }
  // Another deployment may still have the provider; the grace ends the wait.
  if (attempt === null || !canBeAsked(provider, "poll")) return waitLonger(step, "Nobody here can fetch the result.");
  let status: OperationStatus | null;
  try {
    status = await askForStatus(step, attempt, provider);
  } catch (error) {
    return waitLonger(step, "The result could not be fetched yet.", error);
  }
  if (status === null) return waitLonger(step, "The provider's word on a result cannot be understood.");
  const decision = decideWhenStoring(status);
  switch (decision.type) {
    case "store":
      return decision.media;
    case "fail":
      return failGeneration(step, decision.code, { state: "failed", failure: decision.failure });
    case "wait":
      return waitLonger(step, "The result is not to be had yet.");
  }
}

async function waitLonger(step: Step, message: string, error?: unknown, kept?: readonly OutputRecord[]): Promise<null> {
  const { context, claim, lease, writer } = step;
  if (lease.signal.aborted) throw lease.signal.reason;
  context.logger.warn(message, {
    generationId: claim.generation.id,
    error: error === undefined ? undefined : errorText(error),
  });
  const delayMs = patienceMs({ waitedMs: waitedMsOf(step), random: context.random() });
  // Max: the end of the grace, so that the generation ends on time.
  const leftMs = Math.max(endOf(claim.generation, context) - claim.now - lease.heldForMs, 0);
  const dueInMs = Math.min(delayMs, leftMs);
  await writer.park({ to: "storing", dueInMs, ...(kept && { storedOutputs: kept }) });
  return null;
}

const noOutput: ProviderFailure = { code: "no_output", message: "The provider answered without an output." };
const diedWithBytes: ProviderFailure = {
  code: "result_expired",
  message: "The provider answers with its outputs once, and whoever had them is gone.",
};
