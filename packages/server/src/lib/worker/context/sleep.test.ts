import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { sleep } from "./sleep.js";

describe("sleep", () => {
  it("ends after its delay or when its signal aborts, and leaves no timer", async () => {
    const clock = fakeClock();
    const whole = sleep(clock, { delayMs: 1_000, signal: new AbortController().signal });
    await clock.advance(1_000);
    await whole;
    const controller = new AbortController();
    const aborted = sleep(clock, { delayMs: 1_000, signal: controller.signal });
    controller.abort();
    await aborted;
    expect(clock.pending()).toEqual([]);
  });

  it("starts no timer if its signal is already aborted", async () => {
    const clock = fakeClock();
    await sleep(clock, { delayMs: 1_000, signal: AbortSignal.abort() });
    expect(clock.pending()).toEqual([]);
  });
});
