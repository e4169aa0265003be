import { describe, expect, it } from "vitest";
import { outageDelayMs, patienceMs, retryDelayMs } from "./backoff.js";

const almostOne = 1 - Number.EPSILON;

describe("retryDelayMs", () => {
  it.each([
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [8, 256_000],
    [9, 300_000],
    [5_000, 300_000],
  ])("spreads over the whole window after attempt %i: up to %i ms", (attempt, window) => {
    expect(retryDelayMs({ attempt, retryAfterMs: 0, random: 0 })).toBe(0);
    expect(retryDelayMs({ attempt, retryAfterMs: 0, random: 0.5 })).toBe(window / 2);
    expect(Math.round(retryDelayMs({ attempt, retryAfterMs: 0, random: almostOne }))).toBe(window);
  });

  it("never comes back before the vendor said, and not with everybody else at that instant", () => {
    expect(retryDelayMs({ attempt: 1, retryAfterMs: 60_000, random: 0 })).toBe(60_000);
    expect(retryDelayMs({ attempt: 1, retryAfterMs: 60_000, random: 0.5 })).toBe(61_000);
  });

  it("takes a negative wait as none", () => {
    expect(retryDelayMs({ attempt: 1, retryAfterMs: -5_000, random: 0.5 })).toBe(1_000);
  });
});

describe("patienceMs", () => {
  it.each([
    [0, 1_000],
    [1_000, 1_000],
    [8_000, 8_000],
    [3_600_000, 30_000],
  ])("waits about as long as it has waited: %i ms gives up to %i", (waitedMs, window) => {
    expect(patienceMs({ waitedMs, random: 0 })).toBe(window / 2);
    expect(Math.round(patienceMs({ waitedMs, random: almostOne }))).toBe(window);
  });
});

describe("outageDelayMs", () => {
  it.each([
    [0, 100],
    [3, 800],
    [1_000, 10_000],
  ])("spreads over a window that doubles with each failure: %i gives up to %i", (failures, window) => {
    expect(outageDelayMs({ failures, random: 0 })).toBe(0);
    expect(outageDelayMs({ failures, random: 0.5 })).toBe(window / 2);
  });
});
