import { describe, expect, it } from "vitest";
import { restartBackoff } from "./restart-backoff.js";

describe("restartBackoff", () => {
  it("grows from none to half a minute, and is none again after a calm minute", () => {
    const backoffMs = restartBackoff();
    const now = 1_800_000_000_000;
    const delays = Array.from({ length: 9 }, () => backoffMs(now));
    expect(delays).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(backoffMs(now + 59_999)).toBe(30_000);
    expect(backoffMs(now + 119_999)).toBe(0);
  });
});
