import type { AttemptRecord, ClaimedGeneration } from "../../generation/generation-record.js";
import type { ModelDefinition } from "../../model/define-model.js";
import { providerOf } from "../../model/failover-providers.js";
import type { Provider, ProviderOutput } from "../../ports/provider.js";
import type { GenerationWriter } from "./generation-writer.js";
import type { Lease } from "./lease.js";
import type { WorkerContext } from "./worker-context.js";

/** The context of one step: a generation that this worker has claimed. */
export interface Step extends Position {
  readonly context: WorkerContext;
  readonly lease: Lease;
  readonly writer: GenerationWriter;
  /** `null` when this worker does not have the model. */
  readonly model: ModelDefinition | null;
}

/** The state of a generation between two steps under one lease. */
export interface Position {
  readonly claim: ClaimedGeneration;
  /** Outputs that the last step received from the provider; `null` for none. */
  readonly media: readonly ProviderOutput[] | null;
}

/** The provider of the latest attempt; `null` when this worker's models do not contain it. */
export function attemptProvider({ model }: Step, attempt: AttemptRecord): Provider<unknown> | null {
  return model === null ? null : providerOf(model.providers, attempt);
}
