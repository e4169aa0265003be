import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { singleFlight } from "./single-flight.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each([
  ["with shared promises", { sharesPromises: true }],
  ["on Cloudflare Workers", { sharesPromises: false }],
])("singleFlight %s", (_, options) => {
  it("calls once for concurrent callers, and again after that", async () => {
    let calls = 0;
    const next = singleFlight(async () => {
      calls += 1;
      return calls;
    }, options);
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
    }, options);
    const results = Promise.allSettled([next(), next()]);
    await vi.runAllTimersAsync();
    expect((await results).map((result) => result.status === "rejected" && result.reason.message)).toEqual([
      "failure 1",
      "failure 1",
    ]);
  });

  it("calls again after a call that threw before it returned a promise", async () => {
    let calls = 0;
    const next = singleFlight(() => {
      calls += 1;
      if (calls === 1) throw new Error("failure");
      return Promise.resolve(calls);
    }, options);
    await expect(next()).rejects.toThrow("failure");
    expect(await next()).toBe(2);
  });
});

describe("singleFlight with shared promises", () => {
  it("uses no timer", async () => {
    const next = singleFlight(async () => "found");
    expect(await Promise.all([next(), next()])).toEqual(["found", "found"]);
  });

  it("calls once however long the call takes", async () => {
    const work = vi.fn(() => new Promise((resolve) => setTimeout(resolve, 60_000, "found")));
    const next = singleFlight(work);
    const first = next();
    await vi.advanceTimersByTimeAsync(59_000);
    const second = next();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await Promise.all([first, second])).toEqual(["found", "found"]);
    expect(work).toHaveBeenCalledTimes(1);
  });
});

describe("singleFlight on Cloudflare Workers", () => {
  const options = { sharesPromises: false };

  it("calls again once a call has no outcome for three seconds, counted from its start", async () => {
    let calls = 0;
    const next = singleFlight(() => {
      calls += 1;
      return calls === 1 ? new Promise<never>(() => {}) : Promise.resolve("found");
    }, options);
    void next();
    await vi.advanceTimersByTimeAsync(2_000);
    const second = next();
    await vi.advanceTimersByTimeAsync(900);
    expect(calls).toBe(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(await second).toBe("found");
  });

  it("calls again once for all callers that wait for a lost call", async () => {
    let calls = 0;
    const next = singleFlight(() => {
      calls += 1;
      return calls === 1 ? new Promise<never>(() => {}) : new Promise((resolve) => setTimeout(resolve, 1_000, calls));
    }, options);
    void next();
    const waiting = Promise.all(Array.from({ length: 50 }, () => next()));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(new Set(await waiting)).toEqual(new Set([2]));
    expect(calls).toBe(2);
  });

  it("returns the result of a slow first call to all waiting callers", async () => {
    const starts: number[] = [];
    const next = singleFlight(() => {
      starts.push(performance.now());
      return new Promise((resolve) => setTimeout(resolve, 12_000, `call ${starts.length}`));
    }, options);
    const results: unknown[] = [];
    for (let caller = 0; caller < 50; caller += 1) void next().then((result) => results.push(result));
    await vi.advanceTimersByTimeAsync(12_100);
    // Each caller that started a further call waits for that call.
    expect(results.filter((result) => result === "call 1").length).toBeGreaterThan(40);
    expect(starts.length).toBeLessThan(6);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(results).toHaveLength(50);
  });
});
