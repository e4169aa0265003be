import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { heldCall } from "../../../testing/held-call.js";
import { withinTime } from "./within-time.js";

function subject() {
  const clock = fakeClock();
  const controller = new AbortController();
  const { signal } = controller;
  const work = heldCall<string>();
  const begin = () =>
    withinTime({ clock, limitMs: 1_000, signal, what: "The work" }, (own) => work.line({ signal: own }));
  return {
    clock,
    controller,
    work,
    begin,
    pending: () => clock.pending().length + getEventListeners(signal, "abort").length,
  };
}

describe("withinTime", () => {
  it("returns the result of the work, and removes its timer and listener", async () => {
    const { begin, pending, work } = subject();
    const result = begin();
    work.resolve("done");
    expect(await result).toBe("done");
    expect(pending()).toBe(0);
  });

  it("rejects after the time limit, and aborts the work", async () => {
    const { begin, clock, pending, work } = subject();
    const result = begin();
    result.catch(() => {});
    await clock.advance(1_000);
    await expect(result).rejects.toThrow("The work timed out after 1000 ms.");
    expect((await work.called).aborted).toBe(true);
    expect(pending()).toBe(0);
  });

  it("rejects with the reason of its signal", async () => {
    const { begin, controller, pending, work } = subject();
    const result = begin();
    controller.abort("stop");
    await expect(result).rejects.toBe("stop");
    expect((await work.called).reason).toBe("stop");
    expect(pending()).toBe(0);
  });

  it("rejects at once if its signal is already aborted", async () => {
    const { begin, controller, pending } = subject();
    controller.abort("stop");
    await expect(begin()).rejects.toBe("stop");
    expect(pending()).toBe(0);
  });
});
