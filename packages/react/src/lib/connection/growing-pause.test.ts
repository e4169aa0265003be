import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { growingPause } from "./growing-pause.js";

describe("growingPause", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("grows from nothing to half a minute, and begins anew after a calm minute", () => {
    const pauseMs = growingPause();
    const pauses = Array.from({ length: 9 }, pauseMs);
    expect(pauses).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    vi.advanceTimersByTime(59_999);
    expect(pauseMs()).toBe(30_000);
    vi.advanceTimersByTime(60_000);
    expect(pauseMs()).toBe(0);
  });
});
