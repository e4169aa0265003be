import type { ProviderFailure } from "../../generation/provider-failure.js";
import { errorText } from "../../ports/error-text.js";
import type { ProviderOutput, SubmitOutcome } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import { outageDelayMs } from "../context/backoff.js";
import { sleep } from "../context/sleep.js";
import { closeOutputs, type PaidResult, type StoredMedia, storeMedia } from "../outputs/store-media.js";
import { failGeneration, retryOrFail } from "./end-generation.js";
import { noOutput } from "./next-step.js";
import type { AttemptStep, Step, StepState } from "./step.js";
import { copyConditions, failWithoutOutputs, lastTryMs, reasonOf, sourceTypeOf } from "./store-outputs.js";
import { maxTransferMsOf } from "./transfer-limit.js";

/** Min time for one try to store the outputs, even for a late response and at the end of the lease. */
const minTryMs = 10_000;
/** Min number of tries to store bytes that exist only in memory. */
const minTries = 6;

type DoneOutcome = Extract<SubmitOutcome, { readonly type: "done" }>;

/**
 * `submitting`: the provider responded with the outputs themselves. These bytes exist only in memory, so store them
 * before recording the result. If storing is slow, record the result first to get the storing grace period.
 */
export async function storeInMemoryOutputs(
  step: AttemptStep,
  { outputs: media, costs }: DoneOutcome,
): Promise<StepState | null> {
  if (media.length === 0) {
    return retryOrFail(step, { state: "failed", failure: noOutput, costs });
  }
  const stored = await storeWithRetries(step, media);
  if (stored === null) {
    return failGeneration(step, {
      code: "output_unavailable",
      attempt: { state: "failed", failure: notStored, costs },
    });
  }
  const { outputs } = stored;
  const failure = reasonOf(stored);
  if (outputs.length === 0) return failWithoutOutputs(step, { failure, costs });
  const result = { attemptToken: step.attempt.token, outputs, failure: failure ?? undefined, costs };
  if (!(await step.writer.recordResult(result))) return null;
  return { claim: asStoring(step, { outputs, failure }), media: null };
}

/**
 * Retries until the lease ends: at the deadline, or at the end of the grace once the result is recorded. A late response,
 * which no longer has the lease, still gets `minTries` tries; the attempt token records it. Returns `null` when nothing
 * was stored.
 */
async function storeWithRetries(step: AttemptStep, media: readonly ProviderOutput[]): Promise<StoredMedia | null> {
  const { claim, context, lease } = step;
  const { clock } = context;
  const cache: NonNullable<PaidResult["cache"]> = new Map();
  const digitalSourceType = sourceTypeOf(step);
  const result: PaidResult = { generation: claim.generation, digitalSourceType, media, cache, earlier: [] };
  const respondedAtMs = lease.heldForMs;
  let isRecorded = false;
  let stored: StoredMedia | null = null;
  let signal = context.endSignal;
  const shouldRetry = (failures: number): boolean => failures < minTries || !lease.signal.aborted;
  try {
    for (let failures = 0; shouldRetry(failures) && !signal.aborted; failures += 1) {
      try {
        const limitMs = tryLimitMs(step, isRecorded);
        const transferLimitMs = () => Math.min(limitMs / 2, maxTransferMsOf(claim.generation.kind));
        const waitedMs = lease.heldForMs - respondedAtMs;
        const base = copyConditions(step, signal);
        const isLastTry = () => failures + 1 >= minTries && lease.leftMs < lastTryMs;
        stored = await withinTime({ clock, limitMs, signal, what: "Storing the outputs" }, (ended) =>
          storeMedia(context, {
            result,
            conditions: { ...base, transferLimitMs, waitedMs, isLastTry, signal: ended },
          }),
        );
        if (stored.error === null) return stored;
      } catch (error) {
        context.logger.warn("Could not store the outputs; retrying.", {
          event: "output.not_stored",
          generationId: claim.generation.id,
          error: errorText(error),
        });
      }
      if (!isRecorded) isRecorded = await recordEarly(step);
      // From now on, the lease ends with the grace.
      if (isRecorded) signal = AbortSignal.any([context.endSignal, lease.signal]);
      const delayMs = outageDelayMs({ failures: failures + 2, random: context.random() });
      await sleep(clock, { delayMs, signal });
    }
  } finally {
    await closeOutputs(cache.values());
  }
  // Outputs stored so far are paid for, so keep them.
  return stored !== null && stored.outputs.length > 0 ? stored : null;
}

/**
 * Half of the remaining time, so that the result can be recorded before the deadline. Min `minTryMs` if it is already
 * recorded, or cannot be recorded early.
 */
function tryLimitMs(step: Step, isRecorded: boolean): number {
  const halfMs = step.lease.leftMs / 2;
  return !isRecorded && mayRecordEarly(step) ? halfMs : Math.max(halfMs, minTryMs);
}

/** False if this worker may have lost the generation, or the host ends the request before the grace can be used. */
function mayRecordEarly({ context, lease }: Step): boolean {
  return context.budget.leftMs === Number.POSITIVE_INFINITY && lease.isCertain;
}

/** Records the result before its outputs are stored, which starts the grace. Returns whether it was recorded. */
async function recordEarly(step: AttemptStep): Promise<boolean> {
  const { attempt, context, lease, writer } = step;
  const result = { attemptToken: attempt.token, outputs: null };
  if (!mayRecordEarly(step) || !(await writer.recordResult(result))) return false;
  await lease.extend(context.storingGraceMs);
  return true;
}

function asStoring(
  { attempt, claim }: AttemptStep,
  { failure, outputs }: Pick<StoredMedia, "failure" | "outputs">,
): StepState["claim"] {
  return {
    ...claim,
    generation: { ...claim.generation, state: "storing" },
    attempt: { ...attempt, state: "done", failure, outputs },
  };
}

const notStored: ProviderFailure = { code: "download_failed", message: "The outputs could not be stored." };
