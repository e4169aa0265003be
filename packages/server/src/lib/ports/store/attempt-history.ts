import type { AttemptRecord } from "../../generation/generation-record.js";

/** Something that happened to a generation and has a row of its own. */
export interface GenerationMoment {
  /** `webhook`: a vendor's delivery, which is kept for a day. `noticed`: a device confirmed the notice of the end. */
  readonly type: "webhook" | "noticed";
  /** Number of the attempt; `null` if it belongs to none. */
  readonly attempt: number | null;
  /** Epoch milliseconds of the database's clock. */
  readonly at: number;
}

/** The attempts of a generation, and the moments beside them. */
export interface AttemptHistory {
  /** By number. */
  readonly attempts: readonly AttemptRecord[];
  /** By time; at most 100. */
  readonly moments: readonly GenerationMoment[];
}
