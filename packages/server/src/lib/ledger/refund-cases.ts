import type { RefundCase } from "../generation/refund-policy.js";

/** One row: the default refund, and whether it counts against the owner's refund budget. */
interface RefundCaseRow {
  /** Of the price, in whole percent. */
  readonly percent: number;
  /** Whether owners can cause it themselves. Failures of a vendor or of this server must not lock an owner out. */
  readonly budgeted: boolean;
}

/**
 * The one table of the ends without a result, or with a part of it. Every case is refunded in full, except a dropped
 * result, because the provider continues and is paid. The store's audit and guards derive from this table.
 */
export const refundCases = {
  provider_failed: { percent: 100, budgeted: false },
  provider_rejected_input: { percent: 100, budgeted: true },
  content_rejected: { percent: 100, budgeted: true },
  provider_unavailable: { percent: 100, budgeted: false },
  provider_misconfigured: { percent: 100, budgeted: false },
  provider_rate_limited: { percent: 100, budgeted: false },
  outcome_unknown: { percent: 100, budgeted: false },
  expired: { percent: 100, budgeted: false },
  deadline_exceeded: { percent: 100, budgeted: false },
  output_unavailable: { percent: 100, budgeted: false },
  output_rejected: { percent: 100, budgeted: false },
  ended_by_operator: { percent: 100, budgeted: false },
  internal: { percent: 100, budgeted: false },
  canceled: { percent: 100, budgeted: true },
  dropped: { percent: 0, budgeted: true },
  // Of the missing outputs' share of the price.
  missing: { percent: 100, budgeted: false },
} as const satisfies Record<RefundCase, RefundCaseRow>;
