import { describe, expect, it } from "vitest";
import { estimateTimeLeftMs } from "./estimate-time-left.js";

const startedAt = 1_000_000;
const reported = {
  startedAt,
  expectedAt: startedAt + 60_000,
  progress: 0.25,
  progressAt: startedAt + 1_000,
  progressSource: "provider",
} as const;

describe("estimateTimeLeftMs", () => {
  it("extrapolates the generation's own progress, not the duration of earlier runs", () => {
    expect(estimateTimeLeftMs(reported, startedAt + 1_000)).toBe(3_000);
    expect(estimateTimeLeftMs(reported, startedAt + 2_500)).toBe(1_500);
    expect(estimateTimeLeftMs({ ...reported, expectedAt: null }, startedAt + 1_000)).toBe(3_000);
  });

  it("is 0 after the expected end", () => {
    expect(estimateTimeLeftMs(reported, startedAt + 9_000)).toBe(0);
    expect(estimateTimeLeftMs({ ...reported, progressSource: "none" }, startedAt + 90_000)).toBe(0);
  });

  it.each([
    ["not reported", { progress: null, progressAt: null }],
    ["an estimate itself", { progressSource: "estimate" }],
  ] as const)("uses the duration of earlier runs if progress is %s", (_what, change) => {
    expect(estimateTimeLeftMs({ ...reported, ...change }, startedAt + 10_000)).toBe(50_000);
  });

  it.each([
    ["below 5 %", { progress: 0.01 }],
    ["older than the start", { progressAt: startedAt }],
    ["reported before the start", { startedAt: null }],
  ] as const)("is null if the reported progress is %s, whatever earlier runs took", (_what, change) => {
    expect(estimateTimeLeftMs({ ...reported, ...change }, startedAt + 10_000)).toBeNull();
  });

  it("is null without an estimate", () => {
    expect(estimateTimeLeftMs({ ...reported, progressSource: "none", expectedAt: null }, startedAt)).toBeNull();
  });
});
