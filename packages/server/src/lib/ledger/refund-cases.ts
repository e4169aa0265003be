import type { RefundCase } from "../generation/refund-policy.js";

/** One row: what goes back unless the model says otherwise, and whether it is taken from the owner's refund budget. */
interface RefundCaseRow {
  /** Of the price, in whole percent. */
  readonly percent: number;
  /** Whether owners bring it about themselves. The troubles of a vendor, and ours, must not lock anybody out. */
  readonly budgeted: boolean;
}

/**
 * The one table of the ends without a result, or with a part of it. Everything goes back, except for work that the provider
 * goes on with, and is paid for, although its result was dropped. The audit and the guards of the store are made from it.
 */
export const refundCases = {
  provider_failed: { percent: 100, budgeted: false },
  provider_rejected_input: { percent: 100, budgeted: true },
  content_rejected: { percent: 100, budgeted: true },
  provider_unavailable: { percent: 100, budgeted: false },
  provider_misconfigured: { percent: 100, budgeted: false },
  provider_rate_limited: { percent: 100, budgeted: false },
  outcome_unknown: { percent: 100, budgeted: false },
  deadline_exceeded: { percent: 100, budgeted: false },
  output_unavailable: { percent: 100, budgeted: false },
  output_rejected: { percent: 100, budgeted: false },
  insufficient_credits: { percent: 100, budgeted: false },
  internal: { percent: 100, budgeted: false },
  canceled: { percent: 100, budgeted: true },
  dropped: { percent: 0, budgeted: true },
  // Of the share of the price that the missing outputs have.
  missing: { percent: 100, budgeted: false },
} as const satisfies Record<RefundCase, RefundCaseRow>;
