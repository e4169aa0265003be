import { describe, expect, it } from "vitest";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { putBytes } from "../../../../testing/put-bytes.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const idOf = (number: number) => `inp_01900000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const keyOf = (number: number) => `image-${number}/0-abc`;
const provider = scriptedProvider();

async function storeInput(given: WorkerBench, number: number): Promise<void> {
  await putBytes(given.storage, keyOf(number), tinyPng());
  const facts = {
    contentType: "image/png",
    byteLength: 67,
    sha256: "abc",
    width: 1,
    height: 1,
    durationMs: null,
    rate: null,
  };
  await given.store.recordInput({ id: idOf(number), ownerId: "ada", storageKey: keyOf(number), ...facts });
}

const isThere = async (given: WorkerBench, number: number) => [
  (await given.store.getInput({ id: idOf(number) })) !== null,
  (await given.stored(keyOf(number))) !== null,
];

describe("a worker with a retention time for uploads", () => {
  it("deletes rows and bytes of unused images without another wake", () =>
    bench({ provider, worker: { keepInputsMs: dayMs } }, async (given) => {
      await storeInput(given, 1);
      // The purge ends after the loop has read when the next work is due.
      const purgeInputs: typeof given.store.purgeInputs = async (command) => {
        for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        return given.store.purgeInputs(command);
      };
      given.addWorker({ store: { ...given.store, purgeInputs } }).start();
      await given.clock.advance(dayMs - 1);
      expect(await isThere(given, 1)).toEqual([true, true]);
      // The purge ran at each full hour.
      for (let second = 0; second < 5; second += 1) await given.clock.advance(1_000);
      expect(await isThere(given, 1)).toEqual([false, false]);
    })());

  it("purges once an hour", () =>
    bench({ provider, worker: { keepInputsMs: dayMs } }, async (given) => {
      let purges = 0;
      const purgeInputs: typeof given.store.purgeInputs = (command) => {
        purges += 1;
        return given.store.purgeInputs(command);
      };
      const worker = given.addWorker({ store: { ...given.store, purgeInputs } });
      worker.start();
      await given.clock.advance(3 * hourMs);
      expect(purges).toBe(4);
      for (let ticks = 0; ticks < 3; ticks += 1) await worker.tick();
      expect(purges).toBe(4);
    })());

  it("deletes many images in batches", () =>
    bench({ provider, worker: { keepInputsMs: dayMs } }, async (given) => {
      for (let number = 0; number < 120; number += 1) await storeInput(given, number);
      const counts: number[] = [];
      const purgeInputs: typeof given.store.purgeInputs = async (command) => {
        counts.push(await given.store.purgeInputs(command));
        return counts.at(-1) ?? 0;
      };
      const worker = given.addWorker({ store: { ...given.store, purgeInputs } });
      given.clock.skip(dayMs);
      await worker.tick();
      expect(counts).toEqual([50, 50, 20]);
      for (let ticks = 0; ticks < 10; ticks += 1) await worker.tick();
      expect(await isThere(given, 119)).toEqual([false, false]);
    })());

  it("continues its work when a purge fails", () =>
    bench({ provider, worker: { keepInputsMs: dayMs } }, async (given) => {
      const purgeInputs = async (): Promise<number> => {
        throw new Error("the disk is full");
      };
      const worker = given.addWorker({ store: { ...given.store, purgeInputs } });
      const id = await given.submit();
      expect(await given.runTo(id, undefined, worker)).toMatchObject({ state: "completed" });
      expect(given.log).toContain("warn Could not delete expired uploads; retrying in an hour.");
    })());

  it("deletes nothing without `keepInputsMs`", () =>
    bench({ provider }, async (given) => {
      await storeInput(given, 1);
      given.clock.skip(1_000 * dayMs);
      await given.step();
      expect(await isThere(given, 1)).toEqual([true, true]);
    })());
});
