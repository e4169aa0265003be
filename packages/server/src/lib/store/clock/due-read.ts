import type { DueGeneration } from "../../ports/store/store-commands.js";
import type { AgreedTimeReading } from "./time-reports.js";

/** A read that returned every due row. */
export interface CompleteRead {
  readonly models: string;
  /** Monotonic time at which the read began. */
  readonly readAt: number;
  /** Whether doubtful rows were part of it. */
  readonly isWarm: boolean;
}

/** Rows that a claim may take. */
export interface DueRead {
  readonly due: readonly DueGeneration[];
  readonly reading: AgreedTimeReading;
  /**
   * `null` if a due row was not read or not chosen. Also if the read was for one generation, or for no model: it skips
   * rows before their deadline.
   */
  readonly complete: CompleteRead | null;
  /** Ids of the read rows that do not wait, and of those that wait without a gate. Each list is spread by itself. */
  readonly ids: { readonly due: ReadonlySet<string>; readonly waiting: ReadonlySet<string> };
  /** Ids of the read rows that wait for their first attempt, with and without a gate, if the rows have `attempts`. */
  readonly firstAttempts: ReadonlySet<string>;
  /** Whether keys have expired that the claim deletes. */
  readonly hasExpiredKeys: boolean;
  /** Whether no further row was due, of those that wait without a gate and of those that do not wait. */
  readonly isWhole: { readonly due: boolean; readonly waiting: boolean };
}
