import { describe, expect, it } from "vitest";
import { pollAfterMs } from "./poll-pace.js";

const now = 1_800_000_000_000;
const aged = (ageMs: number) => ({ createdAt: now - ageMs, expectedAt: null, finishedAt: null });

describe("pollAfterMs", () => {
  it.each([
    [0, 1_000],
    [9_999, 1_000],
    [10_000, 2_000],
    [60_000, 5_000],
    [300_000, 10_000],
    [86_400_000, 10_000],
  ])("for a generation that is %d ms old is %d ms", (ageMs, expected) => {
    expect(pollAfterMs([aged(ageMs)], now)).toBe(expected);
  });

  it("is long without active generations", () => {
    expect(pollAfterMs([], now)).toBe(30_000);
    expect(pollAfterMs([{ ...aged(0), finishedAt: now }], now)).toBe(30_000);
  });

  it("follows the youngest of several generations", () => {
    expect(pollAfterMs([aged(500_000), aged(0), { ...aged(0), finishedAt: now }], now)).toBe(1_000);
  });

  it.each([
    [60_000, 10_000],
    [8_000, 4_000],
    [100, 500],
    [0, 1_000],
    [-5_000, 1_000],
  ])("with the end expected in %d ms is %d ms", (leftMs, expected) => {
    expect(pollAfterMs([{ ...aged(0), expectedAt: now + leftMs }], now)).toBe(expected);
  });

  it("is never below half a second, even if the clock is behind", () => {
    expect(pollAfterMs([aged(-60_000)], now)).toBe(1_000);
  });
});
