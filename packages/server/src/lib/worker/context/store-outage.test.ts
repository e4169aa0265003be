import { expect, it, vi } from "vitest";
import { StoreOutage } from "./store-outage.js";

it("logs an outage once, with its cause, and its end once", () => {
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const outage = new StoreOutage(logger);
  outage.end();
  const cause = new Error("Database folder /nowhere does not exist: create it or change the url.");
  for (let time = 0; time < 2; time += 1) outage.report(new Error("The database could not be read.", { cause }));
  outage.end();
  outage.end();
  expect(logger.warn).toHaveBeenCalledTimes(1);
  expect(logger.warn.mock.lastCall?.[1]).toEqual({
    error:
      "Error: The database could not be read., caused by Error: Database folder /nowhere does not exist: create it or change the url.",
  });
  expect(logger.info).toHaveBeenCalledTimes(1);
});
