import { expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { Throttle } from "./throttle.js";

it("calls the latest callback once when the interval is over, also after a call without one", async () => {
  const clock = fakeClock();
  const throttle = new Throttle(clock, 1_000);
  const calls: string[] = [];
  expect(throttle.isReady({ onReady: () => calls.push("early") })).toBe(true);
  throttle.start();
  expect(throttle.isReady({ onReady: () => calls.push("first") })).toBe(false);
  expect(throttle.isReady({ onReady: () => calls.push("second") })).toBe(false);
  expect(throttle.isReady()).toBe(false);
  await clock.advance(1_000);
  expect(calls).toEqual(["second"]);
  throttle.start();
  await clock.advance(1_000);
  expect(calls).toEqual(["second"]);
});
