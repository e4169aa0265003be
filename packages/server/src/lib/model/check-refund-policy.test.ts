import { describe, expect, it } from "vitest";
import { checkRefundPolicy } from "./check-refund-policy.js";

describe("checkRefundPolicy", () => {
  it("passes on what names cases and whole percents", () => {
    const policy = { content_rejected: 0, canceled: 100, dropped: 50 };
    expect(checkRefundPolicy(policy)).toBe(policy);
  });

  it.each([101, -1, 0.5, Number.NaN])("refuses a share of %s", (percent) => {
    expect(() => checkRefundPolicy({ internal: percent })).toThrow(RangeError);
  });

  it("refuses a case that does not exist", () => {
    const policy: Record<string, number> = { cancelled: 50 };
    expect(() => checkRefundPolicy(policy)).toThrow('no case "cancelled"');
  });
});
