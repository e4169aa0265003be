import type { CheckSubmitQuery, RateState } from "./submit-commands.js";

/** Selects the allowance of an owner. */
export type AllowanceQuery = Pick<CheckSubmitQuery, "ownerId" | "accountId" | "limits" | "initialGrant">;

/** The balance of an account, and the use of an owner's limits, as one read saw them. */
export interface Allowance {
  /** The database's time of the read, in epoch milliseconds. */
  readonly now: number;
  readonly balance: number;
  /** Active generations, at most `maxActive`; `null` without a cap. */
  readonly active: number | null;
  /** `null` without a rate. */
  readonly rate: RateState | null;
  /** `null` without a budget. */
  readonly refunds: RateState | null;
}
