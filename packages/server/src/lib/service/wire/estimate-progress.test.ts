import { describe, expect, it } from "vitest";
import { estimateProgress } from "./estimate-progress.js";

const at = (elapsedMs: number) => estimateProgress({ elapsedMs, expectedMs: 10_000 });

describe("estimateProgress", () => {
  it.each([
    [-1, 0],
    [0, 0],
    [5_000, 0.45],
    [10_000, 0.9],
  ])("after %i of 10,000 ms is %d", (elapsedMs, value) => expect(at(elapsedMs)).toBeCloseTo(value));

  it("only grows, slows down after the expected end, and never reaches 1", () => {
    let before = 0;
    let step = 0;
    for (let elapsedMs = 500; elapsedMs <= 60_000; elapsedMs += 500) {
      const value = at(elapsedMs);
      expect(value).toBeGreaterThan(before);
      if (elapsedMs > 10_500) expect(value - before).toBeLessThan(step);
      step = value - before;
      before = value;
    }
    for (const muchLater of [60_000, 600_000, 86_400_000, Number.POSITIVE_INFINITY]) {
      expect(at(muchLater)).toBeLessThan(1);
    }
  });

  it("treats an expected duration of 0 as late", () => {
    expect(estimateProgress({ elapsedMs: 1, expectedMs: 0 })).toBeCloseTo(0.9);
  });
});
