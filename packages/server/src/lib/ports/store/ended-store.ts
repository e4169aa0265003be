import type { GenerationRecord } from "../../generation/generation-record.js";
import type { VendorCost } from "../provider.js";

/** Cost of an attempt in one of its provider's units. */
export interface AttemptCost extends VendorCost {
  readonly providerId: string;
}

/** A generation that has ended, of any owner. */
export interface EndedGeneration {
  readonly generation: GenerationRecord;
  /** Whether its content was deleted. The row, its ledger entries and its sequence remain. */
  readonly isDeleted: boolean;
  /** Reported costs, in order of attempts; each unit of an attempt is a separate element. */
  readonly costs: readonly AttemptCost[];
}

/** Reads the generations that an announcement to the host describes. */
export interface EndedStore {
  /** `null` if the generation does not exist or has not ended. */
  getEnded(query: { readonly id: string }): Promise<EndedGeneration | null>;
}
