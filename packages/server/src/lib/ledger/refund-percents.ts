import type { RefundCase } from "../generation/refund-policy.js";

/**
 * How much of the price goes back unless the model says otherwise, in percent: everything, except for work that the
 * provider goes on with, and is paid for, although its result was dropped. The one table of defaults; the audit reads it too.
 */
export const refundPercents = {
  provider_failed: 100,
  provider_rejected_input: 100,
  content_rejected: 100,
  provider_unavailable: 100,
  provider_rate_limited: 100,
  outcome_unknown: 100,
  deadline_exceeded: 100,
  output_unavailable: 100,
  output_rejected: 100,
  insufficient_credits: 100,
  internal: 100,
  canceled: 100,
  dropped: 0,
} as const satisfies Record<RefundCase, number>;
