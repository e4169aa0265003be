import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { heldAnswer } from "../../../testing/held-answer.js";
import { withinTime } from "./within-time.js";

function subject() {
  const clock = fakeClock();
  const controller = new AbortController();
  const { signal } = controller;
  const work = heldAnswer<string>();
  const begin = () =>
    withinTime(clock, { limitMs: 1_000, signal, what: "The work" }, (own) => work.line({ signal: own }));
  return {
    clock,
    controller,
    work,
    begin,
    held: () => clock.pending().length + getEventListeners(signal, "abort").length,
  };
}

describe("withinTime", () => {
  it("answers what the work does, and holds nothing afterwards", async () => {
    const { begin, held, work } = subject();
    const answer = begin();
    work.resolve("done");
    expect(await answer).toBe("done");
    expect(held()).toBe(0);
  });

  it("waits no longer than the time, and tells the work", async () => {
    const { begin, clock, held, work } = subject();
    const answer = begin();
    answer.catch(() => {});
    await clock.advance(1_000);
    await expect(answer).rejects.toThrow("The work timed out after 1000 ms.");
    expect((await work.asked).aborted).toBe(true);
    expect(held()).toBe(0);
  });

  it("waits no longer than the signal allows, for its reason", async () => {
    const { begin, controller, held, work } = subject();
    const answer = begin();
    controller.abort("stop");
    await expect(answer).rejects.toBe("stop");
    expect((await work.asked).reason).toBe("stop");
    expect(held()).toBe(0);
  });

  it("does not wait under a signal that was aborted before", async () => {
    const { begin, controller, held } = subject();
    controller.abort("stop");
    await expect(begin()).rejects.toBe("stop");
    expect(held()).toBe(0);
  });
});
