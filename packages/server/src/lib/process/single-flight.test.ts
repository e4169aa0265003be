import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { singleFlight } from "./single-flight.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("singleFlight", () => {
  it("calls once for concurrent callers, and again after that", async () => {
    let calls = 0;
    const next = singleFlight(async () => {
      calls += 1;
      return calls;
    });
    const results = Promise.all([next(), next(), next()]);
    await vi.runAllTimersAsync();
    expect(await results).toEqual([1, 1, 1]);
    expect(await next()).toBe(2);
  });

  it("fails all concurrent callers with the error of the one call", async () => {
    let calls = 0;
    const next = singleFlight(async () => {
      calls += 1;
      throw new Error(`failure ${calls}`);
    });
    const results = Promise.allSettled([next(), next()]);
    await vi.runAllTimersAsync();
    expect((await results).map((result) => result.status === "rejected" && result.reason.message)).toEqual([
      "failure 1",
      "failure 1",
    ]);
  });

  it("calls again where a call has no outcome in ten seconds: its request was ended", async () => {
    let calls = 0;
    const next = singleFlight(() => {
      calls += 1;
      return calls === 1 ? new Promise<never>(() => {}) : Promise.resolve("found");
    });
    void next();
    const second = next();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(calls).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await second).toBe("found");
  });
});
