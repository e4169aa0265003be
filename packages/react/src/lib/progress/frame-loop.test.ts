import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { preferReducedMotion } from "../../../test/reduced-motion.js";
import { turn } from "../../../test/turn.js";
import { onFrame } from "./frame-loop.js";

const frames = (count: number) => {
  for (let frame = 0; frame < count; frame += 1) vi.advanceTimersToNextFrame();
};

describe("onFrame", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["requestAnimationFrame", "cancelAnimationFrame"] }));
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it("requests one frame at a time for all listeners, and none without listeners", () => {
    const ask = vi.spyOn(globalThis, "requestAnimationFrame");
    const [first, second] = [vi.fn(), vi.fn()];
    const leaveFirst = onFrame(first);
    const leaveSecond = onFrame(second);
    frames(3);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([3, 3]);
    expect(ask).toHaveBeenCalledTimes(4);
    leaveFirst();
    leaveFirst();
    frames(1);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([3, 4]);
    leaveSecond();
    expect(vi.getTimerCount()).toBe(0);
    turn("visible");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stops while the page is hidden, and resumes when it is shown", () => {
    const listener = vi.fn();
    turn("hidden");
    const leave = onFrame(listener);
    expect(vi.getTimerCount()).toBe(0);
    turn("visible");
    frames(2);
    expect(listener).toHaveBeenCalledTimes(2);
    turn("hidden");
    expect(vi.getTimerCount()).toBe(0);
    turn("visible");
    turn("visible");
    expect(vi.getTimerCount()).toBe(1);
    leave();
  });

  it("stops while reduced motion is preferred", () => {
    const prefer = preferReducedMotion();
    const listener = vi.fn();
    const leave = onFrame(listener);
    expect(vi.getTimerCount()).toBe(0);
    prefer(false);
    frames(2);
    expect(listener).toHaveBeenCalledTimes(2);
    prefer(true);
    expect(vi.getTimerCount()).toBe(0);
    leave();
    prefer(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("continues after a listener that throws", () => {
    const leave = onFrame(() => {
      throw new Error("a mistake");
    });
    expect(() => frames(1)).toThrow("a mistake");
    expect(vi.getTimerCount()).toBe(1);
    leave();
  });
});
