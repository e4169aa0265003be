import { describe, expect, it } from "vitest";
import { checkRefundPolicy } from "./check-refund-policy.js";

describe("checkRefundPolicy", () => {
  it("returns a policy of known cases and whole percents", () => {
    const policy = { content_rejected: 0, canceled: 100, dropped: 50 };
    expect(checkRefundPolicy(policy)).toBe(policy);
  });

  it.each([101, -1, 0.5, Number.NaN])("refuses a share of %s", (percent) => {
    expect(() => checkRefundPolicy({ internal: percent })).toThrow(RangeError);
  });

  it("refuses an unknown case", () => {
    const policy: Record<string, number> = { cancelled: 50 };
    expect(() => checkRefundPolicy(policy)).toThrow('Unknown refund case "cancelled". Use one of: provider_');
  });
});
