import { describe, expect, it } from "vitest";
import { pollDelayMs } from "./poll-delay.js";

describe("pollDelayMs", () => {
  it.each([
    [400, 400],
    [0, 50],
    [-1, 50],
    [3_600_000, 30_000],
  ])("uses the provider's `pollAfterMs` within bounds: %i becomes %i", (pollAfterMs, delayMs) => {
    expect(pollDelayMs({ hasWebhook: false, pollAfterMs, runningForMs: 0, random: 0.9 })).toBe(delayMs);
  });

  it.each([
    [0, 250],
    [2_000, 250],
    [8_000, 1_000],
    [80_000, 10_000],
    [800_000, 10_000],
  ])("is an eighth of the job's age within bounds: after %i ms, %i", (runningForMs, delayMs) => {
    expect(pollDelayMs({ hasWebhook: false, pollAfterMs: undefined, runningForMs, random: 0.5 })).toBeCloseTo(delayMs);
  });

  it("ignores a `pollAfterMs` that is not a number", () => {
    expect(pollDelayMs({ hasWebhook: false, pollAfterMs: Number.NaN, runningForMs: 8_000, random: 0.5 })).toBeCloseTo(
      1_000,
    );
  });

  it("is long for a job with a webhook, unless the provider sets `pollAfterMs`", () => {
    const options = { hasWebhook: true, runningForMs: 0, random: 0.5 };
    expect(pollDelayMs({ ...options, pollAfterMs: undefined })).toBeCloseTo(28_500);
    expect(pollDelayMs({ ...options, pollAfterMs: 400 })).toBe(400);
  });

  it("spreads the polls of jobs of one age", () => {
    const early = pollDelayMs({ hasWebhook: false, pollAfterMs: undefined, runningForMs: 8_000, random: 0 });
    const late = pollDelayMs({ hasWebhook: false, pollAfterMs: undefined, runningForMs: 8_000, random: 1 });
    expect([early, late].map(Math.round)).toEqual([900, 1_100]);
  });
});
