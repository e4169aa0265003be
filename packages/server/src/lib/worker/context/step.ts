import type { AttemptRecord, ClaimedGeneration } from "../../generation/generation-record.js";
import type { ModelDefinition } from "../../model/define-model.js";
import { providerOf } from "../../model/provider-chain.js";
import type { Provider, ProviderOutput } from "../../ports/provider.js";
import type { GenerationWriter } from "./generation-writer.js";
import type { Lease } from "./lease.js";
import type { WorkerContext } from "./worker-context.js";

/** What one step works on: a generation in the hands of this worker. */
export interface Step extends Position {
  readonly context: WorkerContext;
  readonly lease: Lease;
  readonly writer: GenerationWriter;
  /** `null` when nobody here knows it. */
  readonly model: ModelDefinition | null;
}

/** Where a generation stands between two steps under one lease. */
export interface Position {
  readonly claim: ClaimedGeneration;
  /** Outputs that the last step got from the provider; `null` when there are none at hand. */
  readonly media: readonly ProviderOutput[] | null;
}

/** The provider of the latest attempt; `null` when this worker's models do not name it. */
export function attemptProvider({ model }: Step, attempt: AttemptRecord): Provider<unknown> | null {
  return model === null ? null : providerOf(model.providers, attempt);
}
