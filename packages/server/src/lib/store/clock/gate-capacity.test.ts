import { describe, expect, it } from "vitest";
import type { GateRow } from "./due-rows.js";
import { capacitiesFor, capacityOf, maxConcurrencyOf } from "./gate-capacity.js";

const now = 1_800_000_000_000;
const gate: GateRow = {
  key: "fal",
  now,
  closedUntil: 0,
  rateTat: null,
  inFlight: 0,
  abandonedUntil: null,
  hasKnown: true,
};
const limit = { key: "fal", concurrency: 3, rate: { intervalMs: 100, burst: 2 } };
const never = Number.POSITIVE_INFINITY;

describe("capacityOf", () => {
  it.each([
    ["nothing has started", {}, 2, 0],
    ["one of three is free", { inFlight: 2 }, 1, 0],
    ["all are in flight", { inFlight: 3 }, 0, never],
    ["all are in flight, and one of them is abandoned", { inFlight: 3, abandonedUntil: now + 60_000 }, 0, 60_000],
    ["the burst has started", { rateTat: now + 200 }, 0, 100],
    ["half of an interval has passed since", { rateTat: now + 150 }, 0, 50],
    ["one interval has passed since", { rateTat: now + 100 }, 1, 0],
    ["a clock that was ahead has written the rate", { rateTat: now + 3_600_000 }, 2, 0],
    ["it is closed", { closedUntil: now + 5_000 }, 0, 5_000],
    ["it was closed", { closedUntil: now }, 2, 0],
    ["a clock that was ahead has closed it", { closedUntil: now + 7_200_000 }, 2, 0],
  ])("if %s", (_, change, capacity, opensInMs) => {
    expect(capacityOf({ ...gate, ...change }, limit)).toEqual({ key: "fal", capacity, opensInMs });
  });

  it("is unlimited without a limit, also if another release has closed the gate", () => {
    expect(capacityOf({ ...gate, inFlight: 9, closedUntil: now + 1 }, undefined)).toMatchObject({ capacity: never });
    expect(capacityOf({ ...gate, inFlight: 9 }, { key: "fal", concurrency: null, rate: null })).toMatchObject({
      capacity: never,
    });
  });
});

it("lets an attempt start at its time, although a fraction of an interval is not exact", () => {
  const intervalMs = 1_000 / 7;
  const spaced = { key: "fal", concurrency: null, rate: { intervalMs, burst: 2 } };
  expect(capacityOf({ ...gate, rateTat: now + intervalMs }, spaced)).toEqual({ key: "fal", capacity: 1, opensInMs: 0 });
});

it("omits the gates at which no generation of the models waits", async () => {
  const gates = [gate, { ...gate, key: "other", hasKnown: false }];
  const capacities = await capacitiesFor({ limits: [limit], models: ["flux"] }, async () => gates);
  expect(capacities.map(({ key }) => key)).toEqual(["fal"]);
});

it("counts up to the largest limit", () => {
  expect(maxConcurrencyOf([limit, { ...limit, concurrency: null }, { ...limit, concurrency: 24 }])).toBe(24);
  expect(maxConcurrencyOf([])).toBe(0);
});
