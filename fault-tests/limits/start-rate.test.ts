import { describe, expect, it } from "vitest";
import { aheadOfRateMs } from "./start-rate.js";

const rate = { burst: 3, intervalMs: 100 };

describe("aheadOfRateMs", () => {
  it("is 0 for a burst that continues at the rate, in any order of arrival", () => {
    expect(aheadOfRateMs([200, 0, 0, 0, 100], rate)).toBe(0);
  });

  it("finds a burst in the middle, although fewer requests came since the start than the rate allows", () => {
    expect(aheadOfRateMs([0, 10_000, 10_000, 10_000, 10_000, 10_050], rate)).toBe(150);
  });
});
