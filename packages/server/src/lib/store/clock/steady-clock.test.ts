import { describe, expect, it } from "vitest";
import { SteadyClock } from "./steady-clock.js";

const hourMs = 3_600_000;

/** A clock with a wall time and a monotonic time that the test controls. */
function clocks() {
  const clock = new SteadyClock();
  let now = 1_800_000_000_000;
  let monotonic = 500;
  clock.read({ now, requestedAt: monotonic, receivedAt: monotonic });
  return {
    clock,
    /** Advances both clocks, and sets the wall clock forward by another `jumpMs`. */
    pass(ms: number, jumpMs = 0, responseMs = 0): number {
      now += ms + jumpMs;
      monotonic += ms;
      return clock.read({ now, requestedAt: monotonic, receivedAt: monotonic + responseMs });
    },
    /** Corrected time. */
    time: () => now - clock.aheadMs,
    at: () => ({ now, monotonic }),
  };
}

describe("SteadyClock", () => {
  it("applies no correction while both clocks run evenly, however long the pause between reads", () => {
    const { clock, pass } = clocks();
    for (const ms of [0, 1, 1_000, 30 * 24 * hourMs]) expect(pass(ms)).toBe(0);
    expect(pass(1_000, 4_000)).toBe(0);
    expect(clock.aheadMs).toBe(0);
  });

  it("does not treat a slow response as a jump, whenever the database read its clock", () => {
    const { clock, pass } = clocks();
    expect(pass(60_000, 0, 30_000)).toBe(0);
    expect(pass(60_000, 30_000, 30_000)).toBe(0);
    expect(pass(60_000, -30_000, 0)).toBe(0);
    expect(clock.aheadMs).toBe(0);
  });

  it("holds back a forward jump, and drops the correction when the clock is set back", () => {
    const { clock, pass } = clocks();
    expect(pass(2_000, hourMs)).toBe(hourMs);
    expect(clock.aheadMs).toBe(hourMs);
    expect(pass(2_000)).toBe(0);
    expect(pass(2_000, -hourMs)).toBe(-hourMs);
    expect(clock.aheadMs).toBe(0);
  });

  it("follows a backward jump", () => {
    const { clock, pass } = clocks();
    expect(pass(2_000, -hourMs)).toBe(-hourMs);
    expect(clock.aheadMs).toBe(0);
  });

  it("shrinks the correction by one second per second when the new time lasts, without a jump", () => {
    const { clock, pass, time } = clocks();
    pass(1_000, hourMs);
    let before = time();
    for (let seconds = 0; seconds < 2 * 3_600; seconds += 1) {
      pass(1_000);
      expect(time() - before).toBeGreaterThanOrEqual(1_000);
      expect(time() - before).toBeLessThanOrEqual(2_000);
      before = time();
      if (seconds < 60) expect(clock.aheadMs).toBe(hourMs);
    }
    expect(clock.aheadMs).toBe(0);
  });

  it("accepts the next reading after a reset, as after a laptop has slept", () => {
    const { clock, pass } = clocks();
    pass(1_000, hourMs);
    clock.reset();
    expect(clock.aheadMs).toBe(0);
    expect(pass(1_000, 8 * hourMs)).toBe(0);
    expect(clock.aheadMs).toBe(0);
    expect(pass(1_000, hourMs)).toBe(hourMs);
  });

  it("detects that it is ahead of rows that other processes wrote since the last complete read", () => {
    const { at, clock, pass, time } = clocks();
    const { monotonic: readAt } = at();
    pass(2_000);
    const writtenAt = at().now - hourMs;
    expect(clock.compare([{ dueAt: writtenAt, writtenAt }], { readAt })).toBe(hourMs - 2_000);
    expect(time() - writtenAt).toBe(2_000);
    expect(clock.compare([{ dueAt: writtenAt, writtenAt }], { readAt })).toBe(0);
  });

  it("does not treat a held lease as expired", () => {
    const { at, clock, pass, time } = clocks();
    const { monotonic: readAt } = at();
    pass(2_000);
    const writtenAt = at().now - hourMs;
    clock.compare([{ dueAt: writtenAt + 30_000, writtenAt }], { readAt });
    expect(time()).toBeLessThan(writtenAt + 30_000);
  });

  it("does not treat newly due rows, or a delay of a few seconds, as a wrong clock", () => {
    const { at, clock, pass } = clocks();
    const { monotonic: readAt } = at();
    const { now } = at();
    pass(60_000);
    const due = [{ dueAt: now + 1, writtenAt: now - hourMs }];
    expect(clock.compare(due, { readAt })).toBe(0);
    expect(clock.compare([{ dueAt: now - 4_000, writtenAt: now - 4_000 }], { readAt })).toBe(0);
    expect(clock.aheadMs).toBe(0);
  });

  it("restores a shrunken correction while the other clock is still behind", () => {
    const { at, clock, pass } = clocks();
    let { monotonic: readAt } = at();
    for (let seconds = 0; seconds < 600; seconds += 1) {
      pass(1_000);
      const writtenAt = at().now - hourMs;
      clock.compare([{ dueAt: writtenAt, writtenAt }], { readAt });
      expect(hourMs - clock.aheadMs).toBeLessThanOrEqual(7_000);
      readAt = at().monotonic;
    }
  });
});
