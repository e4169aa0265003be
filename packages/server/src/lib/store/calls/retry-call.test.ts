import { expect, it, onTestFinished, vi } from "vitest";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { CallQueue } from "./call-queue.js";
import { retryCall } from "./retry-call.js";

it("sends no try for which no time is left", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const timeouts: number[] = [];
  const call = retryCall({
    send: (timeoutMs) => {
      timeouts.push(timeoutMs);
      return Promise.reject(new Error("busy"));
    },
    queue: new CallQueue(1),
    busyTimeoutMs: 300,
    random: () => 0.99,
    isFrozen: () => false,
    isOwnFault: () => false,
    toUnavailable: (cause) => new StoreUnavailable("The database stayed busy.", { cause }),
  });
  const rejected = expect(call).rejects.toThrow("The database stayed busy.");
  await vi.advanceTimersByTimeAsync(2_000);
  await rejected;
  expect(timeouts.length).toBeGreaterThan(3);
  expect(Math.min(...timeouts)).toBeGreaterThan(0);
});
