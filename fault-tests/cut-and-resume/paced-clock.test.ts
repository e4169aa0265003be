import { describe, expect, it, vi } from "vitest";
import { PacedClock } from "./paced-clock.js";

/** A clock of eightfold speed, and a function that completes the pending round trip. */
function startClock() {
  const responses: (() => void)[] = [];
  const clock = new PacedClock({
    factor: 8,
    random: () => 0,
    roundTrip: () => new Promise<void>((resolve) => responses.push(resolve)),
    pause: async () => {},
  });
  const end = clock.run();
  const respond = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      responses.pop()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, respond, stop: () => Promise.all([clock.stop(), respond(1), end]) };
}

describe("PacedClock", () => {
  it("fires no timeout of a client while the server does not respond", async () => {
    const { clock, respond, stop } = startClock();
    const timeout = vi.fn();
    clock.environment.schedule(timeout, 1_000);
    await respond(4);
    expect(clock.environment.ticks()).toBe(800);
    expect(timeout).not.toHaveBeenCalled();
    await respond(1);
    expect(timeout).toHaveBeenCalledOnce();
    await stop();
  });

  it("fires due timers in order, except those that an earlier one has canceled", async () => {
    const { clock, respond, stop } = startClock();
    const fired: string[] = [];
    const { schedule } = clock.environment;
    const cancel = schedule(() => fired.push("canceled"), 150);
    schedule(() => fired.push("second"), 120);
    schedule(() => {
      fired.push("first");
      cancel();
    }, 100);
    await respond(1);
    expect(fired).toEqual(["first", "second"]);
    await stop();
  });

  it("jumps without firing timers", async () => {
    const { clock, respond, stop } = startClock();
    const timeout = vi.fn();
    clock.environment.schedule(timeout, 1_000);
    clock.jump(400_000);
    await respond(1);
    expect(clock.environment.ticks()).toBe(400_200);
    expect(clock.elapsedMs).toBe(200);
    expect(timeout).not.toHaveBeenCalled();
    await stop();
  });
});
