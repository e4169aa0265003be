import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSerialQueue } from "./serial-queue.js";

const limitMs = 1_000;

/** A task that ends when the test calls `end`. */
function pendingTask() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const pending = { hasStarted: false, end };
  const run = async () => {
    pending.hasStarted = true;
    await ended;
    return "done";
  };
  return Object.assign(pending, { run });
}

/** The result or the error of a task. Attached at once, so that no rejection is unhandled. */
const outcomeOf = (task: Promise<string>) => task.catch((error: unknown) => String(error));

describe("createSerialQueue", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("runs one task after the other, in the order of the calls, also after a failed task", async () => {
    const queue = createSerialQueue(limitMs);
    const [first, second] = [pendingTask(), pendingTask()];
    const failed = outcomeOf(queue(() => Promise.reject(new Error("damaged"))));
    const both = [outcomeOf(queue(first.run)), outcomeOf(queue(second.run))];
    await vi.advanceTimersByTimeAsync(limitMs - 1);
    expect([first.hasStarted, second.hasStarted]).toEqual([true, false]);
    first.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(second.hasStarted).toBe(true);
    second.end();
    expect([await failed, ...(await Promise.all(both))]).toEqual(["Error: damaged", "done", "done"]);
  });

  it("rejects a task that waited too long, and new tasks while one hangs, without starting them", async () => {
    const queue = createSerialQueue(limitMs);
    const [hanging, waiting, late, next] = [pendingTask(), pendingTask(), pendingTask(), pendingTask()];
    const hung = outcomeOf(queue(hanging.run));
    const waited = outcomeOf(queue(waiting.run));
    await vi.advanceTimersByTimeAsync(limitMs);
    expect(await waited).toBe("Error: Image queue timed out.");
    expect(await outcomeOf(queue(late.run))).toBe("Error: Image queue is blocked: the current image takes too long.");
    hanging.end();
    expect(await hung).toBe("done");
    next.end();
    expect(await outcomeOf(queue(next.run))).toBe("done");
    expect([waiting.hasStarted, late.hasStarted]).toEqual([false, false]);
  });
});
