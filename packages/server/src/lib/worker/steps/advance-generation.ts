import { isTerminalState } from "../../generation/generation-state.js";
import { freeRetryDelayMs } from "../context/backoff.js";
import { GenerationWriter } from "../context/generation-writer.js";
import { Interrupted } from "../context/lease.js";
import { cancelGeneration, failGeneration } from "./end-generation.js";
import { type ClaimDecision, decideAfterClaim } from "./next-step.js";
import { pollOperation } from "./poll-operation.js";
import { reconcileAttempt } from "./reconcile-attempt.js";
import {
  createStep,
  type LeasedClaim,
  type Step,
  type StepContext,
  type StepState,
  withLatestAttempt,
} from "./step.js";
import { completeWithRecorded, storeOutputs } from "./store-outputs.js";
import { submitAttempt } from "./submit-attempt.js";

/** How long a generation of a model that this worker does not have stays parked, so that other workers can claim it. */
const unknownModelDelayMs = 30_000;
/** How long a finished result stays parked while this worker has no free slot to store it. */
const noSlotDelayMs = 5_000;

/**
 * Advances a claimed generation under one lease until it is parked, settled, or lost to another worker. Rejects after a
 * store error, but not after an error of a provider or a storage.
 */
export async function advanceGeneration(context: StepContext, given: LeasedClaim): Promise<void> {
  const { lease } = given;
  let next: StepState | null = { claim: given.claim, media: null };
  while (next !== null) {
    const current: StepState = next;
    try {
      if (lease.signal.aborted) throw lease.signal.reason;
      next = await advance(createStep(context, { ...given, ...current }));
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      if (error.reason !== "lost") await release(context, current);
      return;
    }
  }
}

/**
 * Ends a claimed generation past its deadline without calling a provider or a storage. A generation that still has its
 * storing grace is parked for a worker with a free slot.
 */
export async function endOverdue(context: StepContext, given: LeasedClaim): Promise<void> {
  const step = createStep(context, { ...given, media: null });
  const decision = decide(step);
  if (decision.type === "fail") await failGeneration(step, { code: decision.code });
  else if (decision.type === "complete") await completeWithRecorded(step, decision);
  else await park(step, { dueInMs: noSlotDelayMs });
}

async function advance(step: Step): Promise<StepState | null> {
  const decision = decide(step);
  switch (decision.type) {
    case "fail":
      return failGeneration(step, { code: decision.code });
    case "complete":
      return completeWithRecorded(step, decision);
    case "cancel":
      return cancelGeneration(step, { how: "withdrawn" });
    case "delay":
      // Nothing runs before the earliest start, so an expired lease is no sign of a poison job.
      await park(step, { dueInMs: decision.dueInMs, isNoop: false });
      return null;
    case "wait":
      return parkForOtherWorkers(step);
    case "advance":
      return runStep(step);
  }
}

function decide({ claim, context, model }: Step): ClaimDecision {
  return decideAfterClaim(claim, { isKnownModel: model !== null, storingGraceMs: context.storingGraceMs });
}

async function runStep(step: Step): Promise<StepState | null> {
  const { claim, model } = step;
  const { state } = claim.generation;
  const attempted = withLatestAttempt(step);
  switch (state) {
    case "queued":
    case "retry_wait":
      if (model === null) return parkForOtherWorkers(step);
      return (await hasRoom(step)) ? submitAttempt(step, model) : waitForStorage(step);
    case "running":
      return attempted === null ? failGeneration(step, { code: "internal" }) : pollOperation(attempted);
    case "reconciling":
      return attempted === null ? failGeneration(step, { code: "internal" }) : reconcileAttempt(attempted);
    case "storing":
      return storeOutputs(step);
    case "submitting":
    case "completed":
    case "failed":
    case "canceled":
      throw new Error(`The store returned a claim in state "${state}": ${claim.generation.id}`);
  }
}

/** Whether there is room for the outputs of the next attempt, as far as is known. */
async function hasRoom({ claim, context: { sizeBreakers, storageCheck } }: Step): Promise<boolean> {
  const { model } = claim.generation;
  if (!(await storageCheck.acceptsWrites())) return false;
  return (await sizeBreakers.storage.allowsRequest(model)) && sizeBreakers.TMPDIR.allowsRequest(model);
}

/** During a rolling deployment, another worker may have the model. */
async function parkForOtherWorkers(step: Step): Promise<null> {
  const { claim, context } = step;
  const { id, model } = claim.generation;
  context.logger.warn("This worker does not have the model of a due generation.", {
    event: "model.not_in_worker",
    generationId: id,
    model,
  });
  await park(step, { dueInMs: unknownModelDelayMs });
  return null;
}

/** The longer a generation has waited, the longer it stays parked: during a long outage, many are parked in turn. */
async function waitForStorage(step: Step): Promise<null> {
  const { claim, context } = step;
  const waitedMs = claim.now - claim.generation.createdAt;
  await park(step, { dueInMs: freeRetryDelayMs({ waitedMs, random: context.random() }) });
  return null;
}

/** Parks a generation in its state. By default, the park does not count as progress. */
async function park(
  { claim, writer }: Pick<Step, "claim" | "writer">,
  { dueInMs, isNoop = true }: { readonly dueInMs: number; readonly isNoop?: boolean },
): Promise<void> {
  const { state } = claim.generation;
  if (state !== "submitting" && !isTerminalState(state)) {
    await writer.park({ to: state, dueInMs, isNoop });
  }
}

/** The step was interrupted: parks the generation in its last recorded state, due again at once. */
async function release(context: StepContext, { claim }: Pick<StepState, "claim">): Promise<void> {
  const writer = new GenerationWriter(context, { generation: claim.generation, signal: context.endSignal });
  await park({ claim, writer }, { dueInMs: 0 });
}
