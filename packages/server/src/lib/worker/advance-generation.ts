import type { ClaimedGeneration } from "../generation/generation-record.js";
import { isTerminalState } from "../generation/generation-state.js";
import { cancelGeneration, failGeneration } from "./end-generation.js";
import { GenerationWriter } from "./generation-writer.js";
import { Interrupted, type Lease } from "./lease.js";
import { decideAfterClaim } from "./next-step.js";
import { pollOperation } from "./poll-operation.js";
import { reconcileAttempt } from "./reconcile-attempt.js";
import type { Position, Step } from "./step.js";
import { storeOutputs } from "./store-outputs.js";
import { submitAttempt } from "./submit-attempt.js";
import type { WorkerContext } from "./worker-context.js";

/** How long a generation that nobody here knows is left to others. */
const strangerWaitMs = 30_000;

/**
 * Takes a claimed generation as far as one lease goes: until it was given back, has ended, or was lost to another worker.
 * Never throws for what a provider or a storage does; throws what the store does.
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

function toStep(context: WorkerContext, position: Position, lease: Lease): Step {
  const { generation } = position.claim;
  const writer = new GenerationWriter(context, generation, lease.signal);
  const model = Object.hasOwn(context.models, generation.model) ? context.models[generation.model] : null;
  return { context, ...position, lease, writer, model: model ?? null };
}

async function advance(step: Step): Promise<Position | null> {
  const { claim, context, model } = step;
  const decision = decideAfterClaim(claim, {
    isKnownModel: model !== null,
    storingGraceMs: context.storingGraceMs,
  });
  switch (decision.type) {
    case "fail":
      return failGeneration(step, decision.code, null);
    case "cancel":
      return cancelGeneration(step, { isAccepted: false, isConfirmed: false });
    case "wait":
      return leaveToOthers(step);
    case "advance":
      return takeStep(step);
  }
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

/** A rolling deployment: another worker may know the model. */
async function leaveToOthers({ claim, context, writer }: Step): Promise<null> {
  const { id, model, state } = claim.generation;
  context.logger.warn("A generation is due of a model that this worker does not know.", { generationId: id, model });
  if (state !== "submitting" && !isTerminalState(state)) await writer.park({ to: state, dueInMs: strangerWaitMs });
  return null;
}

/** The step was interrupted before it did anything: the next one who comes starts it anew, at once. */
async function giveBack(context: WorkerContext, { generation }: ClaimedGeneration): Promise<void> {
  const { state } = generation;
  if (state === "submitting" || isTerminalState(state)) return;
  const writer = new GenerationWriter(context, generation, context.endSignal);
  await writer.park({ to: state, dueInMs: 0 });
}
