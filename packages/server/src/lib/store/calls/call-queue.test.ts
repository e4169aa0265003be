import { describe, expect, it, onTestFinished, vi } from "vitest";
import { CallQueue, NoResponse } from "./call-queue.js";

/** Calls that settle when the test says so. */
function manualCalls() {
  const sent: { readonly name: string; readonly respond: () => void }[] = [];
  const call = (name: string) => () =>
    new Promise<string>((resolve) => sent.push({ name, respond: () => resolve(name) }));
  return { sent, call, names: () => sent.map(({ name }) => name) };
}

describe("CallQueue", () => {
  it("sends at most `max` calls at a time, the oldest first", async () => {
    const { call, names, sent } = manualCalls();
    const queue = new CallQueue(2);
    const results = ["a", "b", "c", "d"].map((name) => queue.run(call(name), { timeoutMs: 60_000 }));
    expect(names()).toEqual(["a", "b"]);
    sent[1]?.respond();
    expect(await results[1]).toBe("b");
    expect(names()).toEqual(["a", "b", "c"]);
    sent[0]?.respond();
    expect(await results[0]).toBe("a");
    expect(names()).toEqual(["a", "b", "c", "d"]);
    for (const { respond } of sent) respond();
    await Promise.all(results);
  });

  it("sends calls with the same key one after another, and others before them", async () => {
    const { call, names, sent } = manualCalls();
    const queue = new CallQueue(3);
    const run = (name: string, exclusiveKey?: string) => queue.run(call(name), { exclusiveKey, timeoutMs: 60_000 });
    const results = [run("ada 1", "ada"), run("ada 2", "ada"), run("bob", "bob"), run("a"), run("b")];
    expect(names()).toEqual(["ada 1", "bob", "a"]);
    sent[2]?.respond();
    await results[3];
    expect(names()).toEqual(["ada 1", "bob", "a", "b"]);
    sent[0]?.respond();
    await results[0];
    expect(names()).toEqual(["ada 1", "bob", "a", "b", "ada 2"]);
    for (const { respond } of sent) respond();
    await Promise.all(results);
  });

  it("says what a call without a slot has waited for", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { call } = manualCalls();
    const queue = new CallQueue(2);
    const reasonOf = (name: string, exclusiveKey?: string) =>
      queue.run(call(name), { exclusiveKey, timeoutMs: 5_000 }).catch(({ message }: Error) => message);
    void queue.run(call("sent"), { exclusiveKey: "ada", timeoutMs: 60_000 });
    const sameKey = reasonOf("ada", "ada");
    void queue.run(call("other"), { timeoutMs: 60_000 });
    const reasons = Promise.all([sameKey, reasonOf("bob", "bob")]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await reasons).toEqual([
      "an earlier call of the same account or owner was in flight for 5000 ms",
      "all 2 connections were in use for 5000 ms",
    ]);
  });

  it("sends the newest call first once the oldest has waited for half of its time", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { call, names, sent } = manualCalls();
    const queue = new CallQueue(1);
    const results = [queue.run(call("sent"), { timeoutMs: 60_000 }), queue.run(call("oldest"), { timeoutMs: 5_000 })];
    await vi.advanceTimersByTimeAsync(2_501);
    results.push(queue.run(call("older"), { timeoutMs: 5_000 }), queue.run(call("newest"), { timeoutMs: 5_000 }));
    for (const index of [0, 1, 2, 3]) {
      sent[index]?.respond();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(names()).toEqual(["sent", "newest", "older", "oldest"]);
    expect(await Promise.all(results)).toEqual(["sent", "oldest", "older", "newest"]);
  });

  it("gives each of many callers its turn while all places are in use", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const queue = new CallQueue(4);
    const turns = Array.from({ length: 16 }, () => 0);
    let isOver = false;
    const callInTurn = async (caller: number): Promise<void> => {
      while (!isOver) {
        await queue.run(() => new Promise<void>((resolve) => setTimeout(resolve, 10)), { timeoutMs: 5_000 });
        turns[caller] = (turns[caller] ?? 0) + 1;
      }
    };
    const callers = Promise.all(turns.map((_, caller) => callInTurn(caller)));
    await vi.advanceTimersByTimeAsync(10_000);
    isOver = true;
    await vi.advanceTimersByTimeAsync(1_000);
    await callers;
    expect(Math.min(...turns)).toBeGreaterThan(Math.max(...turns) / 2);
  });

  it("frees the place of a call that was rejected", async () => {
    const { call, names } = manualCalls();
    const queue = new CallQueue(1);
    await expect(queue.run(() => Promise.reject(new Error("refused")), { timeoutMs: 60_000 })).rejects.toThrow(
      "refused",
    );
    queue.run(call("next"), { timeoutMs: 60_000 }).catch(() => {});
    expect(names()).toEqual(["next"]);
  });

  it("rejects only the call whose client throws at once", async () => {
    const { call, names, sent } = manualCalls();
    const queue = new CallQueue(1);
    const first = queue.run(call("first"), { timeoutMs: 60_000 });
    const thrown = queue.run(
      () => {
        throw new Error("thrown");
      },
      { timeoutMs: 60_000 },
    );
    const last = queue.run(call("last"), { timeoutMs: 60_000 });
    sent[0]?.respond();
    expect(await first).toBe("first");
    await expect(thrown).rejects.toThrow("thrown");
    expect(names()).toEqual(["first", "last"]);
    sent[1]?.respond();
    expect(await last).toBe("last");
  });

  it("never sends a call that waited for too long", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { call, names, sent } = manualCalls();
    const queue = new CallQueue(1);
    const sentCall = queue.run(call("sent"), { timeoutMs: 5_000 }).catch((error: unknown) => error);
    const waiting = queue.run(call("waiting"), { timeoutMs: 5_000 }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await sentCall).toBeInstanceOf(NoResponse);
    expect(await waiting).toBeInstanceOf(NoResponse);
    sent[0]?.respond();
    await vi.advanceTimersByTimeAsync(0);
    expect(names()).toEqual(["sent"]);
  });

  it("does not send a call with less than a fifth of its time left", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { call, names, sent } = manualCalls();
    const queue = new CallQueue(1);
    queue.run(call("sent"), { timeoutMs: 60_000 }).catch(() => {});
    const late = queue.run(call("late"), { timeoutMs: 5_000 }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1_000);
    queue.run(call("early"), { timeoutMs: 5_000 }).catch(() => {});
    await vi.advanceTimersByTimeAsync(3_500);
    sent[0]?.respond();
    await vi.advanceTimersByTimeAsync(0);
    sent[1]?.respond();
    await vi.advanceTimersByTimeAsync(500);
    expect(await late).toBeInstanceOf(NoResponse);
    expect(names()).toEqual(["sent", "early"]);
  });

  it("keeps the place of a call without a response, but not forever", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { call, names } = manualCalls();
    const queue = new CallQueue(1);
    void queue.run(call("lost"), { timeoutMs: 5_000 }).catch(() => {});
    await vi.advanceTimersByTimeAsync(8_000);
    void queue.run(call("early"), { timeoutMs: 1_000 }).catch(() => {});
    await vi.advanceTimersByTimeAsync(2_000);
    expect(names()).toEqual(["lost"]);
    void queue.run(call("late"), { timeoutMs: 1_000 }).catch(() => {});
    expect(names()).toEqual(["lost", "late"]);
  });

  it("sends a waiting call when the place of an abandoned call expires", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { call, names } = manualCalls();
    const queue = new CallQueue(1);
    void queue.run(call("lost"), { timeoutMs: 5_000 }).catch(() => {});
    await vi.advanceTimersByTimeAsync(8_000);
    void queue.run(call("waiting"), { timeoutMs: 10_000 }).catch(() => {});
    await vi.advanceTimersByTimeAsync(1_999);
    expect(names()).toEqual(["lost"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(names()).toEqual(["lost", "waiting"]);
  });

  it("sends a call with the key of one whose request has ended, although no timer of an ended request fires", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { call, names } = manualCalls();
    const queue = new CallQueue(2);
    const run = (name: string) => queue.run(call(name), { exclusiveKey: "ada", timeoutMs: 5_000 });
    void run("ended").catch(() => {});
    vi.clearAllTimers();
    await vi.advanceTimersByTimeAsync(9_999);
    void run("early").catch(() => {});
    expect(names()).toEqual(["ended"]);
    await vi.advanceTimersByTimeAsync(1);
    void run("next").catch(() => {});
    expect(names()).toEqual(["ended", "early"]);
  });

  it("keeps no timer for a call that responded after it was abandoned", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { call, sent } = manualCalls();
    const queue = new CallQueue(1);
    void queue.run(call("late"), { timeoutMs: 5_000 }).catch(() => {});
    await vi.advanceTimersByTimeAsync(6_000);
    sent[0]?.respond();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
