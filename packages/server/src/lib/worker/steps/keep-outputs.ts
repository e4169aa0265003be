import type { OutputRecord } from "../../generation/generation-record.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import { errorText } from "../../ports/error-text.js";
import type { ProviderOutput, SubmitOutcome } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import { outageDelayMs } from "../context/backoff.js";
import { sleep } from "../context/sleep.js";
import type { Position, Step } from "../context/step.js";
import { letGo, type PaidResult, type StoredMedia, storeMedia } from "../outputs/store-media.js";
import { failGeneration, retryOrFail } from "./end-generation.js";
import { copyConditions, failWithoutOutputs, maxTransferMs } from "./store-outputs.js";

/** Min time for one try to store the outputs, even for a late response and at the end of the lease. */
const leastPutMs = 10_000;
/** Min number of tries to store bytes that exist only in memory. */
const leastStorageTries = 6;

type DoneOutcome = Extract<SubmitOutcome, { readonly type: "done" }>;

/**
 * `submitting`: the provider responded with the outputs themselves. These bytes exist only in memory, so store them
 * before recording the result. If storing is slow, record the result first to get the storing grace period.
 */
export async function keepOutputs(
  step: Step,
  { outputs: media, costs }: DoneOutcome,
  attemptToken: string,
): Promise<Position | null> {
  if (media.length === 0) {
    return retryOrFail(step, { state: "failed", failure: noOutput, costs });
  }
  const kept = await storeWithPatience(step, media, attemptToken);
  if (kept === null) return failGeneration(step, "output_unavailable", { state: "failed", failure: notStored, costs });
  if (kept.outputs.length === 0) return failWithoutOutputs(step, kept, costs);
  if (!(await step.writer.recordResult({ attemptToken, outputs: kept.outputs, costs }))) return null;
  return { claim: asStoring(step, kept.outputs), media: null };
}

/**
 * Retries until the lease ends: at the deadline, or at the end of the grace once the result is recorded. A response too
 * late to be recorded still gets `leastStorageTries` tries. Returns `null` when nothing was stored.
 */
async function storeWithPatience(
  step: Step,
  media: readonly ProviderOutput[],
  attemptToken: string,
): Promise<StoredMedia | null> {
  const { claim, context, lease } = step;
  const { clock } = context;
  const held: NonNullable<PaidResult["held"]> = new Map();
  const result: PaidResult = { generation: claim.generation, media, held, kept: [] };
  const repliedAtMs = lease.heldForMs;
  let isAnnounced = false;
  let stored: StoredMedia | null = null;
  let signal = context.endSignal;
  const shouldRetry = (failures: number): boolean => failures < leastStorageTries || !lease.signal.aborted;
  try {
    for (let failures = 0; shouldRetry(failures) && !signal.aborted; failures += 1) {
      try {
        const limitMs = tryLimitMs(step, isAnnounced);
        const transferLimitMs = () => Math.min(limitMs / 2, maxTransferMs);
        const waitedMs = lease.heldForMs - repliedAtMs;
        stored = await withinTime(clock, { limitMs, signal, what: "Storing the outputs" }, (ended) =>
          storeMedia(context, result, { ...copyConditions(step, ended), transferLimitMs, waitedMs }),
        );
        if (stored.trouble === null) return stored;
        throw stored.trouble;
      } catch (error) {
        context.logger.warn("An output could not be stored yet.", {
          generationId: claim.generation.id,
          storage: context.storage.id,
          error: errorText(error),
        });
        if (!isAnnounced) isAnnounced = await announce(step, attemptToken);
        // From now on, the lease ends with the grace.
        if (isAnnounced) signal = AbortSignal.any([context.endSignal, lease.signal]);
        const delayMs = outageDelayMs({ failures: failures + 2, random: context.random() });
        await sleep(clock, delayMs, signal);
      }
    }
  } finally {
    await letGo(held.values());
  }
  // Outputs stored so far are paid for, so keep them.
  return stored !== null && stored.outputs.length > 0 ? stored : null;
}

/**
 * Half of the remaining time, so that the result can be recorded before the deadline; min `leastPutMs` for a late
 * response.
 */
function tryLimitMs(step: Step, isAnnounced: boolean): number {
  const halfMs = step.lease.leftMs / 2;
  return !isAnnounced && mayAnnounce(step) ? halfMs : Math.max(halfMs, leastPutMs);
}

/** False if this worker may have lost the generation, or the host ends the request before the grace can be used. */
function mayAnnounce({ context, lease }: Step): boolean {
  return context.budget.leftMs === Number.POSITIVE_INFINITY && lease.isCertain;
}

async function announce(step: Step, attemptToken: string): Promise<boolean> {
  const { context, lease, writer } = step;
  if (!mayAnnounce(step) || !(await writer.recordResult({ attemptToken, outputs: null }))) return false;
  await lease.prolong(context.storingGraceMs);
  return true;
}

function asStoring({ claim }: Step, outputs: readonly OutputRecord[]): Position["claim"] {
  const { attempt, generation } = claim;
  return {
    ...claim,
    generation: { ...generation, state: "storing" },
    attempt: attempt === null ? null : { ...attempt, state: "done", outputs },
  };
}

const noOutput: ProviderFailure = { code: "no_output", message: "The provider answered without an output." };
const notStored: ProviderFailure = { code: "download_failed", message: "The storage did not take the outputs." };
