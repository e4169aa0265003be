import { expect, it, vi } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { StoreOutage } from "./store-outage.js";

it("logs an outage once, with its cause, and its end once", () => {
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const outage = new StoreOutage({ clock: fakeClock(), logger });
  outage.end();
  const cause = new Error("Database folder /nowhere does not exist: create it or change the url.");
  for (let time = 0; time < 2; time += 1)
    outage.report(new StoreUnavailable("The database could not be read.", { cause }));
  outage.end();
  outage.end();
  expect(logger.warn).toHaveBeenCalledTimes(1);
  expect(logger.warn.mock.lastCall?.[1]).toEqual({
    event: "store.unavailable",
    error:
      "StoreUnavailable: The database could not be read., caused by Error: Database folder /nowhere does not exist: create it or change the url.",
  });
  expect(logger.info).toHaveBeenCalledTimes(1);
});

it("logs any other error with its stack, at most every ten seconds, and as no outage", () => {
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const clock = fakeClock();
  const outage = new StoreOutage({ clock, logger });
  outage.report(new TypeError("first"));
  outage.report(new TypeError("second"));
  outage.end();
  clock.skip(10_000);
  outage.report(new TypeError("third"));
  expect(logger.error.mock.calls).toEqual([
    [
      "An operation of the worker failed; retrying.",
      { event: "worker.failed", error: expect.stringMatching(/^TypeError: first\n +at /) },
    ],
    [
      "An operation of the worker failed; retrying.",
      { event: "worker.failed", error: expect.stringContaining("third") },
    ],
  ]);
  expect([logger.warn.mock.calls, logger.info.mock.calls]).toEqual([[], []]);
});
