import type { AttemptRecord, ClaimedGeneration } from "../../generation/generation-record.js";
import type { ModelDefinition } from "../../model/define-model.js";
import { providerOf } from "../../model/failover-providers.js";
import type { Provider, ProviderOutput } from "../../ports/provider.js";
import { GenerationWriter, type WriterContext } from "../context/generation-writer.js";
import type { Lease } from "../context/lease.js";
import type { WorkerContext } from "../context/worker-context.js";
import type { OutputsContext } from "../outputs/outputs-context.js";

/** The parts of a worker's context that the steps need. */
export interface StepContext
  extends OutputsContext,
    WriterContext,
    Pick<
      WorkerContext,
      | "budget"
      | "endSignal"
      | "inputUrlOf"
      | "isPublicUrl"
      | "leaseMs"
      | "lateRecords"
      | "models"
      | "reconcileForMs"
      | "sizeBreakers"
      | "storageCheck"
      | "storingGraceMs"
      | "timings"
      | "webhookUrlOf"
    > {}

/** A claimed generation with its lease. */
export interface LeasedClaim {
  readonly claim: ClaimedGeneration;
  readonly lease: Lease;
  /**
   * Occupies one of the slots for long copies until the step ends. Returns false if all are in use. A generation that was
   * claimed for its copy has one already.
   */
  readonly beginLongCopy: () => boolean;
  /** Frees the slot of the step before its end. */
  readonly releaseSlot: () => void;
}

/** The state of a generation between two steps under one lease. */
export interface StepState {
  readonly claim: ClaimedGeneration;
  /** Outputs that the last step received from the provider; `null` for none. */
  readonly media: readonly ProviderOutput[] | null;
}

/** One step of a claimed generation. */
export interface Step extends StepState {
  readonly context: StepContext;
  readonly lease: Lease;
  readonly writer: GenerationWriter;
  readonly beginLongCopy: LeasedClaim["beginLongCopy"];
  /** `null` when this worker does not have the model. */
  readonly model: ModelDefinition | null;
}

/** A step of a generation that has an attempt. */
export interface AttemptStep extends Step {
  /** The latest attempt. */
  readonly attempt: AttemptRecord;
  /** The provider of the attempt; `null` when the model of this worker does not list it. */
  readonly provider: Provider<unknown> | null;
}

/** A step from the intent of a paid request on. */
export interface PaidStep extends AttemptStep {
  readonly provider: Provider<unknown>;
}

export function createStep(
  context: StepContext,
  { beginLongCopy, claim, lease, media, releaseSlot }: StepState & LeasedClaim,
): Step {
  const { generation } = claim;
  const writer = new GenerationWriter(context, { generation, signal: lease.signal, releaseSlot });
  const model = Object.hasOwn(context.models, generation.model) ? context.models[generation.model] : null;
  return { context, claim, media, lease, writer, beginLongCopy, model: model ?? null };
}

/** The step with its latest attempt; `null` before the first one. */
export function withLatestAttempt(step: Step): AttemptStep | null {
  const { claim, model } = step;
  const { attempt } = claim;
  if (attempt === null) return null;
  return { ...step, attempt, provider: model && providerOf(model.providers, attempt) };
}
