import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import type { Logger } from "../../ports/logger.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import { Timings } from "./timings.js";
import { createWorkerMemory } from "./worker-memory.js";

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const series = { model: "demo", providerId: "p", size: 1 };
// Powers of two are in the middle of their bucket, so that the estimate returns them unchanged.
const [soonMs, lateMs] = [8_192, 65_536];

/** Workers with their timings on one database, and the time of their writes. */
async function subject() {
  const folder = await tempFolder("timings");
  const clock = fakeClock();
  const store = libsqlStore({ url: `file:${join(folder, "test.db")}`, now: clock.now, synchronous: "normal" });
  await store.migrate();
  onTestFinished(async () => {
    await store.close();
  });
  const startedAt = clock.now();
  const writtenAt: number[] = [];
  const addTimings: typeof store.addTimings = (timings) => {
    writtenAt.push(clock.now() - startedAt);
    return store.addTimings(timings);
  };
  let reads = 0;
  const readTimings: typeof store.readTimings = (query) => {
    reads += 1;
    return store.readTimings(query);
  };
  const models = ["demo", "flux"];
  const addWorker = () =>
    new Timings({
      store: { ...store, addTimings, readTimings },
      clock,
      logger: silent,
      models,
      memory: createWorkerMemory(clock).timings,
    });
  return { clock, store, writtenAt, readTimes: () => reads, addWorker };
}

describe("Timings", () => {
  it.each([
    ["model", { ...series, model: "flux" }],
    ["provider", { ...series, providerId: "q" }],
    ["number of outputs", { ...series, size: 4 }],
  ])("keeps series apart by %s, in this worker and in every other one", async (_, other) => {
    const { addWorker } = await subject();
    const timings = addWorker();
    for (let count = 0; count < 3; count += 1) timings.record(series, soonMs);
    expect([timings.expectMs(series), timings.expectMs(other)]).toEqual([soonMs, null]);
    // Once with the first series' duration, so that both series have a count in the same bucket.
    for (const elapsedMs of [soonMs, lateMs, lateMs, lateMs]) timings.record(other, elapsedMs);
    expect([timings.expectMs(series), timings.expectMs(other)]).toEqual([soonMs, lateMs]);
    await timings.flush();
    const later = addWorker();
    await expect.poll(() => [later.expectMs(series), later.expectMs(other)]).toEqual([soonMs, lateMs]);
  });

  it("reads the store again when the clock was set back", async () => {
    const { clock, readTimes, addWorker } = await subject();
    const timings = addWorker();
    timings.expectMs(series);
    timings.expectMs(series);
    expect(readTimes()).toBe(1);
    clock.skip(-86_400_000);
    timings.expectMs(series);
    timings.expectMs(series);
    expect(readTimes()).toBe(2);
    await timings.flush();
  });

  it("writes all recorded durations at most every ten seconds", async () => {
    const { clock, store, writtenAt, addWorker } = await subject();
    const timings = addWorker();
    for (let second = 0; second < 60; second += 1) {
      timings.record(series, soonMs);
      await clock.advance(1_000);
    }
    expect(writtenAt).toEqual([10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    await expect.poll(() => store.readTimings({ models: ["demo"] })).toMatchObject([{ ...series, count: 60 }]);
  });
});
