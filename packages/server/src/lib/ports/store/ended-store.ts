import type { GenerationRecord } from "../../generation/generation-record.js";
import type { VendorCost } from "../provider.js";

/** What a provider charged for an attempt, in one of its units. */
export interface AttemptCost extends VendorCost {
  readonly providerId: string;
}

/** A generation that has ended, whoever owns it. */
export interface EndedGeneration {
  readonly generation: GenerationRecord;
  /** Its content was taken away: of the row, books and order are left. */
  readonly isDeleted: boolean;
  /** What its attempts cost, where vendors said so: in the order of attempts, each unit of an attempt by itself. */
  readonly costs: readonly AttemptCost[];
}

/** What the host is told of ends. */
export interface EndedStore {
  /** `null` when there is no such generation, or it has not ended. */
  getEnded(query: { readonly id: string }): Promise<EndedGeneration | null>;
}
