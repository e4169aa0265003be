import { describe, expect, it } from "vitest";
import { createBackoff } from "./create-backoff.js";

describe("createBackoff", () => {
  it("grows from 0 to half a minute, and is 0 again after a calm minute", () => {
    const backoffMs = createBackoff();
    const now = 1_800_000_000_000;
    const delays = Array.from({ length: 9 }, () => backoffMs(now));
    expect(delays).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(backoffMs(now + 59_999)).toBe(30_000);
    expect(backoffMs(now + 119_999)).toBe(0);
  });
});
