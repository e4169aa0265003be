import { describe, expect, it } from "vitest";
import { fakeClock } from "./fake-clock.js";

describe("fakeClock", () => {
  it("fires timers in order, each at its own time", async () => {
    const clock = fakeClock(0);
    const fired: [string, number][] = [];
    clock.setTimer(20, () => fired.push(["late", clock.now()]));
    clock.setTimer(10, () => fired.push(["early", clock.now()]));
    await clock.advance(30);
    expect(fired).toEqual([
      ["early", 10],
      ["late", 20],
    ]);
    expect(clock.now()).toBe(30);
  });

  it("runs the work of a timer before the next timer, including timers that it sets", async () => {
    const clock = fakeClock(0);
    const fired: number[] = [];
    const again = async (): Promise<void> => {
      await Promise.resolve();
      fired.push(clock.now());
      clock.setTimer(10, again);
    };
    clock.setTimer(10, again);
    await clock.advance(35);
    expect(fired).toEqual([10, 20, 30]);
    expect(clock.pending()).toEqual([5]);
  });

  it("does not fire a canceled timer", async () => {
    const clock = fakeClock(0);
    let fired = 0;
    const cancel = clock.setTimer(10, () => {
      fired += 1;
    });
    cancel();
    cancel();
    await clock.advance(20);
    expect(fired).toBe(0);
  });

  it("fires a due timer late after a skip", async () => {
    const clock = fakeClock(0);
    const fired: number[] = [];
    clock.setTimer(10, () => fired.push(clock.now()));
    clock.skip(100);
    expect(fired).toEqual([]);
    await clock.advance(0);
    expect(fired).toEqual([100]);
  });
});
