import { expect, it, onTestFinished, vi } from "vitest";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { CallQueue, type SendCall } from "./call-queue.js";
import { retryCall } from "./retry-call.js";

const options = {
  queue: new CallQueue(1),
  busyTimeoutMs: 300,
  random: () => 0,
  isFrozen: () => false,
  isPermanent: () => false,
  toUnavailable: (cause: unknown) => new StoreUnavailable("The database stayed busy.", { cause }),
};

/** Sends calls that fail, and records the time that each has. */
const recordInto =
  (timeouts: number[]): SendCall<never> =>
  (timeoutMs) => {
    timeouts.push(timeoutMs);
    return Promise.reject(new Error("busy"));
  };

it("sends no try for which no time is left", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const timeouts: number[] = [];
  const call = retryCall({ ...options, random: () => 0.99, send: recordInto(timeouts) });
  const rejected = expect(call).rejects.toThrow("The database stayed busy.");
  await vi.advanceTimersByTimeAsync(2_000);
  await rejected;
  expect(timeouts.length).toBeGreaterThan(3);
  expect(Math.min(...timeouts)).toBeGreaterThan(0);
});

it("sends no try after a pause that took longer than the rest of the time", async () => {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());
  const timeouts: number[] = [];
  const onRetry = () => {
    now = 6_000;
  };
  await expect(retryCall({ ...options, onRetry, send: recordInto(timeouts) })).rejects.toThrow(
    "The database stayed busy.",
  );
  expect(timeouts).toEqual([300]);
});
