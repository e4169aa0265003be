import { expect, it } from "vitest";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const missing = "The newest output of the database is missing in the storage";

it("logs an error when a worker starts on a storage without the newest output, and only then", async () => {
  await bench({ provider: scriptedProvider() }, async (given) => {
    await given.runTo(await given.submit());
    const isLogged = () => given.log.some((line) => line.includes(missing));
    const startOn = async (storage = memoryStorage()) => {
      let reads = 0;
      const get: typeof storage.get = (...args) => storage.get(...args).finally(() => (reads += 1));
      given.addWorker({ storage: { ...storage, get } }).start();
      await expect.poll(() => reads).toBe(1);
    };
    given.worker.start();
    await startOn(given.storage);
    expect(isLogged()).toBe(false);
    await startOn();
    await expect.poll(isLogged).toBe(true);
  })();
});

it("logs no missing output if no generation has completed", async () => {
  await bench({ provider: scriptedProvider() }, async (given) => {
    expect(await given.store.newestOutputKey()).toBeNull();
    given.worker.start();
    await given.runTo(await given.submit());
    expect(given.log.some((line) => line.includes(missing))).toBe(false);
  })();
});
