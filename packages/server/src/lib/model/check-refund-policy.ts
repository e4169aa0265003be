import { failures } from "@safelight/client/contract";
import type { RefundPolicy } from "../generation/refund-policy.js";
import { withSetupCode } from "../ports/setup-error.js";

const cases = [...Object.keys(failures), "canceled", "dropped", "missing"];

/**
 * Returns a valid policy unchanged.
 *
 * @throws {RangeError} for an unknown case, or a share that is not a whole percent.
 */
export function checkRefundPolicy(policy: RefundPolicy): RefundPolicy {
  for (const [name, percent] of Object.entries(policy)) {
    if (!cases.includes(name)) {
      const message = `Unknown refund case "${name}". Use one of: ${cases.join(", ")}.`;
      throw withSetupCode("option_invalid", new RangeError(message));
    }
    if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
      const message = `refunds.${name} must be a whole percent from 0 to 100, not ${percent}`;
      throw withSetupCode("option_invalid", new RangeError(message));
    }
  }
  return policy;
}
