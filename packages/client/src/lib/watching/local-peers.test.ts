import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { localPeers } from "./local-peers.js";

const live = () => new AbortController().signal;

/** Work that the test ends, and the events of its lock. */
function testWork() {
  let end = () => {};
  let held: AbortSignal | null = null;
  const work = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      held = signal;
      end = resolve;
    });
  return {
    work,
    end: () => end(),
    /** The signal of the lock; `null` before it is acquired. */
    get held(): AbortSignal | null {
      return held;
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("localPeers", () => {
  it("gives a lock to one caller after the other, in order", async () => {
    const peers = localPeers();
    const order: string[] = [];
    const first = testWork();
    const other = testWork();
    const options = { steal: false, signal: live() };
    const locks = [
      peers.lock("a", options, first.work).then(() => order.push("first ended")),
      peers.lock("a", options, async () => void order.push("second")),
      peers.lock("a", options, async () => void order.push("third")),
    ];
    void peers.lock("b", options, other.work);
    await turn();
    expect([first.held?.aborted, other.held?.aborted]).toEqual([false, false]);
    expect(order).toEqual([]);
    first.end();
    await Promise.all(locks);
    expect(order).toHaveLength(3);
    expect(order.indexOf("second")).toBeLessThan(order.indexOf("third"));
    other.end();
  });

  it("resolves without the work for a caller that aborts before or during the wait", async () => {
    const peers = localPeers();
    const never = async () => expect.unreachable();
    await peers.lock("a", { steal: false, signal: AbortSignal.abort() }, never);
    const first = testWork();
    const firstEnd = peers.lock("a", { steal: false, signal: live() }, first.work);
    const waiting = new AbortController();
    const aborted = peers.lock("a", { steal: false, signal: waiting.signal }, never);
    const third = testWork();
    const thirdEnd = peers.lock("a", { steal: false, signal: live() }, third.work);
    waiting.abort();
    await aborted;
    expect(getEventListeners(waiting.signal, "abort")).toHaveLength(0);
    first.end();
    await firstEnd;
    await turn();
    expect(third.held?.aborted).toBe(false);
    third.end();
    await thirdEnd;
  });

  it("aborts the signal of the work when the caller aborts, and releases the lock when the work ends", async () => {
    const peers = localPeers();
    const controller = new AbortController();
    const first = testWork();
    const end = peers.lock("a", { steal: false, signal: controller.signal }, first.work);
    const second = testWork();
    void peers.lock("a", { steal: false, signal: live() }, second.work);
    await turn();
    controller.abort();
    expect(first.held?.aborted).toBe(true);
    first.end();
    await end;
    await turn();
    expect(second.held?.aborted).toBe(false);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    second.end();
  });

  it("posts to the other members of a channel, and not to those that have left", async () => {
    const peers = localPeers();
    const received: string[] = [];
    const channels = ["ann", "bob", "cem"].map((name) =>
      peers.join("a", (message) => received.push(`${name}: ${message}`)),
    );
    peers.join("b", () => received.push("another channel"));
    channels[0]?.post("hello");
    channels[2]?.close();
    await turn();
    expect(received).toEqual(["bob: hello"]);
  });

  it("posts to no member synchronously", async () => {
    const peers = localPeers();
    const received: unknown[] = [];
    peers.join("a", (message) => received.push(message));
    peers.join("a", () => {}).post("hello");
    expect(received).toEqual([]);
    await turn();
    expect(received).toEqual(["hello"]);
  });
});
