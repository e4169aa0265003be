import type { OutputRecord } from "../generation/generation-record.js";
import type { ProviderFailure } from "../generation/provider-failure.js";
import { errorText } from "../ports/error-text.js";
import type { ProviderOutput, SubmitOutcome } from "../ports/provider.js";
import { outageDelayMs } from "./backoff.js";
import { failGeneration, retryOrFail } from "./end-generation.js";
import { sleep } from "./sleep.js";
import type { Position, Step } from "./step.js";
import { letGo, type PaidResult, type StoredMedia, storeMedia } from "./store-media.js";
import { copyConditions, failWithoutOutputs } from "./store-outputs.js";
import { withinTime } from "./within-time.js";

/** However late a reply was, and whatever is left of the lease: so long a storage is waited for. */
const leastPutMs = 10_000;
/** How often bytes that exist nowhere else are offered at least to a storage that does not take them. */
const leastStorageTries = 6;

type DoneOutcome = Extract<SubmitOutcome, { readonly type: "done" }>;

/**
 * `submitting`: the provider answered with the outputs themselves. They exist nowhere else, so they go into the storage
 * before anything is said about them; where that takes longer, it is said that they are there, which gives them the grace.
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
 * Goes on while the lease lasts: until the deadline, and to the end of the grace once the result was announced. `null` when
 * it was all in vain.
 */
async function storeWithPatience(
  step: Step,
  media: readonly ProviderOutput[],
  attemptToken: string,
): Promise<StoredMedia | null> {
  const { claim, context, lease } = step;
  const { clock, endSignal: signal } = context;
  const mayGoOn = (failures: number): boolean => failures < leastStorageTries || !lease.signal.aborted;
  const held: NonNullable<PaidResult["held"]> = new Map();
  const result: PaidResult = { generation: claim.generation, media, held, kept: [] };
  const repliedAtMs = lease.heldForMs;
  let isAnnounced = false;
  let stored: StoredMedia | null = null;
  try {
    for (let failures = 0; mayGoOn(failures) && !signal.aborted; failures += 1) {
      try {
        // Half of what is left, so that there is time to announce the result before the deadline.
        const limitMs = Math.max(lease.leftMs / 2, leastPutMs);
        const waitedMs = lease.heldForMs - repliedAtMs;
        stored = await withinTime(clock, { limitMs, signal }, (ended) =>
          storeMedia(context, result, { ...copyConditions(step, ended), waitedMs }),
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
        const delayMs = outageDelayMs({ failures: failures + 2, random: context.random() });
        await sleep(clock, delayMs, signal);
      }
    }
  } finally {
    await letGo(held.values());
  }
  // What is stored by now is paid for as well.
  return stored !== null && stored.outputs.length > 0 ? stored : null;
}

/** Not by one that may have lost the generation, nor where the host ends the process before the grace can be used. */
async function announce({ context, lease, writer }: Step, attemptToken: string): Promise<boolean> {
  const hasTime = context.budget.leftMs === Number.POSITIVE_INFINITY;
  if (!hasTime || !lease.isCertain || !(await writer.recordResult({ attemptToken, outputs: null }))) return false;
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
