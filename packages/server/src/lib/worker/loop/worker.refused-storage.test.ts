import { expect, it } from "vitest";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

/** A storage whose check fails while `isBroken`. */
function breakable() {
  const state = { isBroken: true, pings: 0 };
  const ping = async () => {
    state.pings += 1;
    if (state.isBroken) throw new Error("EROFS: read-only file system");
  };
  const storage: Storage = { ...memoryStorage(), ping };
  return { state, storage };
}

const linesOf = (log: readonly string[]) => log.filter((line) => line.includes("The storage"));

it("sends no paid request while the storage refuses writes, and completes afterwards", async () => {
  const { state, storage } = breakable();
  const provider = scriptedProvider();
  await bench({ provider, worker: { storage } }, async (given) => {
    const ids = [await given.submit(), await given.submit(), await given.submit()];
    for (let step = 0; step < 5; step += 1) await given.nextStep();
    expect(provider.submits).toEqual([]);
    for (const id of ids) expect(await given.generation(id)).toMatchObject({ state: "queued", attempts: 0 });
    expect(linesOf(given.log)).toHaveLength(1);
    state.isBroken = false;
    for (const id of ids) expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 1 });
    expect(linesOf(given.log)).toHaveLength(2);
  })();
});

it("checks the storage once for the generations of one claim", async () => {
  const { state, storage } = breakable();
  await bench({ provider: scriptedProvider(), worker: { storage } }, async (given) => {
    for (let count = 0; count < 4; count += 1) await given.submit();
    await given.step();
    expect(state.pings).toBe(1);
  })();
});

it("ends a generation at its deadline while the storage refuses writes, with a refund", async () => {
  const { storage } = breakable();
  const provider = scriptedProvider();
  await bench({ provider, worker: { storage } }, async (given) => {
    const id = await given.submit({ deadlineMs: 60_000 });
    expect(await given.runTo(id)).toMatchObject({
      state: "failed",
      failureCode: "deadline_exceeded",
      refundedCredits: 4,
    });
    expect(provider.submits).toEqual([]);
  })();
});

it("uses the given check of writes instead of the storage's ping", async () => {
  const provider = scriptedProvider();
  const checkStorage = () => Promise.reject(new Error("ENOSPC: no space left on device"));
  await bench({ provider, worker: { checkStorage } }, async (given) => {
    await given.submit();
    await given.step();
    expect(provider.submits).toEqual([]);
  })();
});
