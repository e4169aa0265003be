import { describe, expect, it } from "vitest";
import { pollDelayMs } from "./poll-pace.js";

describe("pollDelayMs", () => {
  it.each([
    [400, 400],
    [0, 50],
    [-1, 50],
    [3_600_000, 30_000],
  ])("follows the provider within reason: %i gives %i", (pollAfterMs, delayMs) => {
    expect(pollDelayMs({ callsBack: false, pollAfterMs, runningForMs: 0, random: 0.9 })).toBe(delayMs);
  });

  it.each([
    [0, 250],
    [2_000, 250],
    [8_000, 1_000],
    [80_000, 10_000],
    [800_000, 10_000],
  ])("slows down as the job grows old: after %i ms it waits %i", (runningForMs, delayMs) => {
    expect(pollDelayMs({ callsBack: false, pollAfterMs: undefined, runningForMs, random: 0.5 })).toBeCloseTo(delayMs);
  });

  it("keeps its own pace when the provider talks nonsense", () => {
    expect(pollDelayMs({ callsBack: false, pollAfterMs: Number.NaN, runningForMs: 8_000, random: 0.5 })).toBeCloseTo(
      1_000,
    );
  });

  it("asks rarely where the vendor calls back, unless the provider says otherwise", () => {
    const calling = { callsBack: true, runningForMs: 0, random: 0.5 };
    expect(pollDelayMs({ ...calling, pollAfterMs: undefined })).toBeCloseTo(28_500);
    expect(pollDelayMs({ ...calling, pollAfterMs: 400 })).toBe(400);
  });

  it("spreads jobs of one age", () => {
    const early = pollDelayMs({ callsBack: false, pollAfterMs: undefined, runningForMs: 8_000, random: 0 });
    const late = pollDelayMs({ callsBack: false, pollAfterMs: undefined, runningForMs: 8_000, random: 1 });
    expect([early, late].map(Math.round)).toEqual([900, 1_100]);
  });
});
