import { describe, expect, it } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { backoffMs, longestBackoffMs } from "./backoff.js";

/** The pauses after the first failures, where chance always falls like this. */
function pausesAt(chance: number): readonly number[] {
  const environment = new FakeEnvironment();
  environment.chance = chance;
  return [0, 1, 2, 3, 4, 5, 6, 100].map((failures) => backoffMs(environment, failures));
}

describe("backoffMs", () => {
  it("may be nothing at all, however often it failed", () => {
    expect(pausesAt(0)).toEqual(Array(8).fill(0));
  });

  it("may be up to the double of the time before, and to half a minute", () => {
    expect(longestBackoffMs).toBe(30_000);
    expect(pausesAt(1)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it("is as likely to be one as the other", () => {
    expect(pausesAt(0.25)).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 7_500, 7_500]);
  });
});
