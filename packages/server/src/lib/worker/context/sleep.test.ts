import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { sleep } from "./sleep.js";

describe("sleep", () => {
  it("ends when its time is over, or with its signal, and leaves no timer", async () => {
    const clock = fakeClock();
    const whole = sleep(clock, 1_000, new AbortController().signal);
    await clock.advance(1_000);
    await whole;
    const controller = new AbortController();
    const cut = sleep(clock, 1_000, controller.signal);
    controller.abort();
    await cut;
    expect(clock.pending()).toEqual([]);
  });

  it("does not begin with a signal that is aborted", async () => {
    const clock = fakeClock();
    await sleep(clock, 1_000, AbortSignal.abort());
    expect(clock.pending()).toEqual([]);
  });
});
