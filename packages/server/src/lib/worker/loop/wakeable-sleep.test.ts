import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { WakeableSleep } from "./wakeable-sleep.js";

/** A sleep whose end is recorded, as the time since the test began. */
function openSleep() {
  const clock = fakeClock();
  const startedAt = clock.now();
  const sleep = new WakeableSleep(clock);
  const ends: number[] = [];
  const begin = (delayMs: number): void => void sleep.sleep(delayMs).then(() => ends.push(clock.now() - startedAt));
  return { begin, clock, ends, sleep };
}

describe("WakeableSleep", () => {
  it("ends after its delay, or at once after a wake", async () => {
    const { begin, clock, ends, sleep } = openSleep();
    begin(100);
    await clock.advance(100);
    sleep.clear();
    begin(100);
    sleep.wake();
    await clock.advance(0);
    expect(ends).toEqual([100, 100]);
    expect(clock.pending()).toEqual([]);
  });

  it("ends at the earliest wake with a delay, and keeps one timer", async () => {
    const { begin, clock, ends, sleep } = openSleep();
    begin(1_000);
    for (const inMs of [2_000, 500, 300, 400]) sleep.wake(inMs);
    expect(clock.pending()).toEqual([300]);
    await clock.advance(300);
    expect(ends).toEqual([300]);
    expect(clock.pending()).toEqual([]);
  });

  it("counts the delay of a wake from the wake, also while the loop is awake", async () => {
    const { begin, clock, ends, sleep } = openSleep();
    sleep.clear();
    sleep.wake(300);
    await clock.advance(200);
    begin(1_000);
    await clock.advance(100);
    expect(ends).toEqual([300]);
  });

  it("ends the next sleep at once after a wake while the loop is awake, also if the clock is set back", async () => {
    const { begin, clock, ends, sleep } = openSleep();
    sleep.wake();
    clock.skip(-3_600_000);
    begin(1_000);
    await clock.advance(0);
    expect(ends).toEqual([-3_600_000]);
  });

  it("ignores the wakes before a clear", async () => {
    const { begin, clock, ends, sleep } = openSleep();
    sleep.wake();
    sleep.wake(10);
    sleep.clear();
    begin(1_000);
    await clock.advance(999);
    expect(ends).toEqual([]);
    await clock.advance(1);
    expect(ends).toEqual([1_000]);
  });
});
