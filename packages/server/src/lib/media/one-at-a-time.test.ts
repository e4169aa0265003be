import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { oneAtATime } from "./one-at-a-time.js";

const limitMs = 1_000;

/** A task that ends when the test calls `end`. */
function piece() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const given = { hasStarted: false, end };
  const work = async () => {
    given.hasStarted = true;
    await ended;
    return "done";
  };
  return Object.assign(given, { work });
}

/** The result or the error of a task. Attached at once, so that no rejection is unhandled. */
const outcome = (work: Promise<string>) => work.catch((error: unknown) => String(error));

describe("oneAtATime", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("does one after the other, in the order in which they came, also after one that failed", async () => {
    const inTurn = oneAtATime(limitMs);
    const [first, second] = [piece(), piece()];
    const failed = outcome(inTurn(() => Promise.reject(new Error("damaged"))));
    const both = [outcome(inTurn(first.work)), outcome(inTurn(second.work))];
    await vi.advanceTimersByTimeAsync(limitMs - 1);
    expect([first.hasStarted, second.hasStarted]).toEqual([true, false]);
    first.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(second.hasStarted).toBe(true);
    second.end();
    expect([await failed, ...(await Promise.all(both))]).toEqual(["Error: damaged", "done", "done"]);
  });

  it("turns away whoever waited too long, and whoever comes while one hangs; both never start", async () => {
    const inTurn = oneAtATime(limitMs);
    const [hanging, waiting, late, next] = [piece(), piece(), piece(), piece()];
    const hung = outcome(inTurn(hanging.work));
    const waited = outcome(inTurn(waiting.work));
    await vi.advanceTimersByTimeAsync(limitMs);
    expect(await waited).toBe("Error: The pictures before take too long.");
    expect(await outcome(inTurn(late.work))).toBe("Error: The picture before takes too long.");
    hanging.end();
    expect(await hung).toBe("done");
    next.end();
    expect(await outcome(inTurn(next.work))).toBe("done");
    expect([waiting.hasStarted, late.hasStarted]).toEqual([false, false]);
  });
});
