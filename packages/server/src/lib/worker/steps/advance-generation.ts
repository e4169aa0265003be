import type { ClaimedGeneration } from "../../generation/generation-record.js";
import { isTerminalState } from "../../generation/generation-state.js";
import { GenerationWriter } from "../context/generation-writer.js";
import { Interrupted, type Lease } from "../context/lease.js";
import type { Position, Step } from "../context/step.js";
import type { WorkerContext } from "../context/worker-context.js";
import { cancelGeneration, failGeneration } from "./end-generation.js";
import { type ClaimDecision, decideAfterClaim } from "./next-step.js";
import { pollOperation } from "./poll-operation.js";
import { reconcileAttempt } from "./reconcile-attempt.js";
import { complete, storeOutputs } from "./store-outputs.js";
import { submitAttempt } from "./submit-attempt.js";

/** How long a generation of a model that this worker does not have stays parked, so that other workers can claim it. */
const strangerWaitMs = 30_000;
/** How long a finished result stays parked while this worker has no free slot to store it. */
const noRoomWaitMs = 5_000;

/**
 * Advances a claimed generation under one lease until it is parked, settled, or lost to another worker. Provider and
 * storage errors never reject; store errors do.
 */
export async function advanceGeneration(context: WorkerContext, claim: ClaimedGeneration, lease: Lease): Promise<void> {
  let position: Position | null = { claim, media: null };
  while (position !== null) {
    const at: Position = position;
    try {
      if (lease.signal.aborted) throw lease.signal.reason;
      position = await advance(toStep(context, at, lease));
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      if (error.reason !== "lost") await giveBack(context, at.claim);
      return;
    }
  }
}

/**
 * Ends a claimed generation past its deadline without calling a provider or a storage. A generation that still has its
 * storing grace is parked for a worker with a free slot.
 */
export async function endOverdue(context: WorkerContext, claim: ClaimedGeneration, lease: Lease): Promise<void> {
  const step = toStep(context, { claim, media: null }, lease);
  const decision = decide(step);
  if (decision.type === "fail") await failGeneration(step, decision.code, null);
  else if (decision.type === "complete") await complete(step, decision.outputs);
  else await park(step, noRoomWaitMs);
}

function toStep(context: WorkerContext, position: Position, lease: Lease): Step {
  const { generation } = position.claim;
  const writer = new GenerationWriter(context, generation, lease.signal);
  const model = Object.hasOwn(context.models, generation.model) ? context.models[generation.model] : null;
  return { context, ...position, lease, writer, model: model ?? null };
}

async function advance(step: Step): Promise<Position | null> {
  const decision = decide(step);
  switch (decision.type) {
    case "fail":
      return failGeneration(step, decision.code, null);
    case "complete":
      return complete(step, decision.outputs);
    case "cancel":
      return cancelGeneration(step, "withdrawn");
    case "wait":
      return leaveToOthers(step);
    case "advance":
      return takeStep(step);
  }
}

function decide({ claim, context, model }: Step): ClaimDecision {
  return decideAfterClaim(claim, { isKnownModel: model !== null, storingGraceMs: context.storingGraceMs });
}

async function takeStep(step: Step): Promise<Position | null> {
  const { claim, model } = step;
  const { state } = claim.generation;
  switch (state) {
    case "queued":
    case "retry_wait":
      return model === null ? leaveToOthers(step) : submitAttempt(step, model);
    case "running":
      return claim.attempt === null ? failGeneration(step, "internal", null) : pollOperation(step, claim.attempt);
    case "reconciling":
      return claim.attempt === null ? failGeneration(step, "internal", null) : reconcileAttempt(step, claim.attempt);
    case "storing":
      return storeOutputs(step);
    case "submitting":
    case "completed":
    case "failed":
    case "canceled":
      throw new Error(`A claim came back as ${state}: ${claim.generation.id}`);
  }
}

/** During a rolling deployment, another worker may have the model. */
async function leaveToOthers(step: Step): Promise<null> {
  const { claim, context } = step;
  const { id, model } = claim.generation;
  context.logger.warn("A generation is due of a model that this worker does not know.", { generationId: id, model });
  await park(step, strangerWaitMs);
  return null;
}

/** Parks a generation unchanged: the park does not count as progress. */
async function park({ claim, writer }: Pick<Step, "claim" | "writer">, dueInMs: number): Promise<void> {
  const { state } = claim.generation;
  if (state !== "submitting" && !isTerminalState(state)) {
    await writer.park({ to: state, dueInMs, isNoop: true });
  }
}

/** The step was interrupted before it did anything, so the generation is due again at once. */
async function giveBack(context: WorkerContext, claim: ClaimedGeneration): Promise<void> {
  const writer = new GenerationWriter(context, claim.generation, context.endSignal);
  await park({ claim, writer }, 0);
}
