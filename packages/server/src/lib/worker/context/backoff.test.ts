import { describe, expect, it } from "vitest";
import { freeRetryDelayMs, outageDelayMs, retryDelayMs } from "./backoff.js";

const almostOne = 1 - Number.EPSILON;

describe("retryDelayMs", () => {
  it.each([
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [8, 256_000],
    [9, 300_000],
    [5_000, 300_000],
  ])("spreads over the whole window after attempt %i: at most %i ms", (attempt, window) => {
    expect(retryDelayMs({ attempt, retryAfterMs: 0, random: 0 })).toBe(0);
    expect(retryDelayMs({ attempt, retryAfterMs: 0, random: 0.5 })).toBe(window / 2);
    expect(Math.round(retryDelayMs({ attempt, retryAfterMs: 0, random: almostOne }))).toBe(window);
  });

  it("adds the jitter to the vendor's `retryAfterMs`, so that retries are spread after it", () => {
    expect(retryDelayMs({ attempt: 1, retryAfterMs: 60_000, random: 0 })).toBe(60_000);
    expect(retryDelayMs({ attempt: 1, retryAfterMs: 60_000, random: 0.5 })).toBe(61_000);
  });

  it("treats a negative `retryAfterMs` as 0", () => {
    expect(retryDelayMs({ attempt: 1, retryAfterMs: -5_000, random: 0.5 })).toBe(1_000);
  });
});

describe("freeRetryDelayMs", () => {
  it.each([
    [0, 1_000],
    [1_000, 1_000],
    [8_000, 8_000],
    [3_600_000, 30_000],
  ])("returns about the time waited so far: after %i ms, at most %i", (waitedMs, window) => {
    expect(freeRetryDelayMs({ waitedMs, random: 0 })).toBe(window / 2);
    expect(Math.round(freeRetryDelayMs({ waitedMs, random: almostOne }))).toBe(window);
  });
});

describe("outageDelayMs", () => {
  it.each([
    [0, 100],
    [3, 800],
    [1_000, 10_000],
  ])("spreads over a window that doubles with each failure: after %i failures, at most %i ms", (failures, window) => {
    expect(outageDelayMs({ failures, random: 0 })).toBe(0);
    expect(outageDelayMs({ failures, random: 0.5 })).toBe(window / 2);
  });
});
