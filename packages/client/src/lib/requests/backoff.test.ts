import { describe, expect, it } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { backoffMs, maxBackoffMs } from "./backoff.js";

/** Delays after the first failures, for a fixed random number. */
function pausesAt(chance: number): readonly number[] {
  const environment = new FakeEnvironment();
  environment.chance = chance;
  return [0, 1, 2, 3, 4, 5, 6, 100].map((failures) => backoffMs(environment, failures));
}

describe("backoffMs", () => {
  it("may be zero after any number of failures", () => {
    expect(pausesAt(0)).toEqual(Array(8).fill(0));
  });

  it("doubles its maximum with each failure, up to half a minute", () => {
    expect(maxBackoffMs).toBe(30_000);
    expect(pausesAt(1)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it("is uniformly distributed", () => {
    expect(pausesAt(0.25)).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 7_500, 7_500]);
  });
});
