import { expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { createWorkerMemory } from "../context/worker-memory.js";
import { Retention } from "./retention.js";
import { UnservedModelWarning } from "./unserved-model-warning.js";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

it("purges again within the interval after the clock was set back", async () => {
  const clock = fakeClock();
  let runs = 0;
  const run = async () => {
    runs += 1;
    return { purged: 0, nextInMs: hourMs };
  };
  const context = { clock, logger: silent, memory: createWorkerMemory(clock) };
  const retention = new Retention(context, { rows: "generations", run });
  const purge = () => retention.purge(new AbortController().signal);
  await purge();
  await purge();
  expect([runs, retention.leftMs]).toEqual([1, hourMs]);
  clock.skip(-30 * dayMs);
  await purge();
  expect([runs, retention.leftMs]).toEqual([2, hourMs]);
});

it("checks for unserved models again within the interval after the clock was set back", async () => {
  const clock = fakeClock();
  let checks = 0;
  const store = {
    unservedModels: async () => {
      checks += 1;
      return [];
    },
    dropUnclaimedOutbox: async () => [],
  };
  const memory = createWorkerMemory(clock);
  const announcer = { targets: [], announce: async () => {} };
  // The cast is safe: the check calls these two methods only.
  const context = { announcer, clock, limits: [], logger: silent, memory, models: {}, store: store as never };
  const warning = new UnservedModelWarning(context);
  await warning.check();
  expect(checks).toBe(0);
  clock.skip(60_000);
  await warning.check();
  await warning.check();
  expect(checks).toBe(1);
  clock.skip(-30 * dayMs);
  await warning.check();
  await warning.check();
  expect(checks).toBe(2);
});
