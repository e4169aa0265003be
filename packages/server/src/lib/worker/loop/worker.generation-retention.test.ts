import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { Store } from "../../ports/store/store.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const provider = scriptedProvider({ poll: [done()] });
const worker = { keepGenerationsMs: 2 * dayMs };

/** A store that records each purge and the number of purged generations. */
function watched(store: Store) {
  const looks: number[] = [];
  const purgeGenerations: Store["purgeGenerations"] = async (command) => {
    const at = looks.push(-1) - 1;
    const verdict = await store.purgeGenerations(command);
    looks[at] = verdict.ownerIds.length;
    return verdict;
  };
  return { looks, store: { ...store, purgeGenerations } };
}

const isThere = async (given: WorkerBench, id: string) => (await given.store.get({ ownerId: "ada", id })) !== null;

async function canceled(given: WorkerBench, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const ownerId = `owner-${number}`;
    const id = await given.submit({ id: `gen_01900000-0000-7000-8000-${String(number).padStart(12, "0")}`, ownerId });
    await given.store.requestCancel({ ownerId, id });
    ids.push(id);
  }
  return ids;
}

describe("a worker that keeps ended generations for a time", () => {
  it("takes content and bytes when the time is over, although nothing else wakes it, and tells the owner", () =>
    bench({ provider, worker }, async (given) => {
      const id = await given.submit();
      const { outputs } = await given.runTo(id, "completed");
      const key = outputs[0]?.storageKey;
      expect(await given.stored(key)).not.toBeNull();
      given.hints.length = 0;
      given.addWorker().start();
      await given.clock.advance(2 * dayMs - 1);
      expect([await isThere(given, id), given.hints]).toEqual([true, []]);
      for (let second = 0; second < 5; second += 1) await given.clock.advance(1_000);
      expect([await isThere(given, id), await given.stored(key)]).toEqual([false, null]);
      expect(given.hints).toEqual(["ada"]);
    })());

  it("looks once in that time where nothing has ended, and when the first is due, whatever else it does", () =>
    bench({ provider, worker: { keepGenerationsMs: 30 * dayMs } }, async (given) => {
      const { looks, store } = watched(given.store);
      const alone = given.addWorker({ store });
      alone.start();
      await given.clock.advance(10 * dayMs);
      await given.cancel(await given.submit());
      for (let round = 0; round < 3; round += 1) await alone.tick();
      await given.clock.advance(20 * dayMs - 1);
      expect(looks).toEqual([0]);
      await given.clock.advance(1);
      expect(looks).toEqual([0, 0]);
      await given.clock.advance(10 * dayMs - 1);
      expect(looks).toEqual([0, 0]);
      await given.clock.advance(1);
      expect(looks).toEqual([0, 0, 1]);
    })());

  it("takes together what ends within an hour", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 1);
      given.clock.skip(hourMs / 2);
      await given.cancel(await given.submit());
      const { looks, store } = watched(given.store);
      given.clock.skip(2 * dayMs - hourMs / 2);
      given.addWorker({ store }).start();
      await given.clock.advance(hourMs - 1);
      expect(looks).toEqual([1]);
      await given.clock.advance(2_000);
      expect(looks).toEqual([1, 1]);
    })());

  it("takes many some at a time, with a pause in between, and goes on until none is left", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 25);
      const { looks, store } = watched(given.store);
      given.clock.skip(2 * dayMs);
      given.addWorker({ store }).start();
      await given.clock.advance(0);
      expect(looks).toEqual([10]);
      await given.clock.advance(199);
      expect(looks).toEqual([10]);
      await given.clock.advance(1);
      expect(looks).toEqual([10, 10]);
      await given.clock.advance(1_000);
      expect(looks).toEqual([10, 10, 5]);
    })());

  it("takes many no slower while something is in progress, and lets that pass", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 60);
      given.clock.skip(2 * dayMs);
      const { looks, store } = watched(given.store);
      const busy = given.addWorker({ store });
      const id = await given.submit();
      busy.start();
      await given.clock.advance(0);
      expect((await given.generation(id)).state).toBe("running");
      expect(looks).toEqual([10]);
      for (let count = 0; count < 5; count += 1) await given.clock.advance(200);
      expect(looks).toEqual([10, 10, 10, 10, 10, 10]);
    })());

  it("takes one batch with each tick", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 15);
      const { looks, store } = watched(given.store);
      const ticked = given.addWorker({ store });
      given.clock.skip(2 * dayMs);
      await ticked.tick();
      await ticked.tick();
      expect(looks).toEqual([10]);
      given.clock.skip(60_000);
      await ticked.tick();
      expect(looks).toEqual([10, 5]);
    })());

  it("takes each once beside other workers, and after one that died before it said so", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 25);
      given.clock.skip(2 * dayMs);
      const purgeGenerations: Store["purgeGenerations"] = async (command) => {
        await given.store.purgeGenerations(command);
        throw new Error("killed");
      };
      const workers = [given.addWorker({ store: { ...given.store, purgeGenerations } }), given.addWorker()];
      for (let round = 0; round < 4; round += 1) {
        await Promise.all(workers.map((each) => each.tick()));
        given.clock.skip(1_000);
      }
      const sequences = await given.store.sequencesOf(Array.from({ length: 25 }, (_, at) => `owner-${at}`));
      // A submit, its end, and the deletion.
      expect([...sequences.values()]).toEqual(Array.from({ length: 25 }, () => 3));
    })());

  it("goes on with its work when it could not, and tries again", () =>
    bench({ provider, worker }, async (given) => {
      const [old = ""] = await canceled(given, 1);
      given.clock.skip(2 * dayMs);
      let failures = 0;
      const purgeGenerations: Store["purgeGenerations"] = async (command) => {
        failures += 1;
        if (failures === 1) throw new Error("the disk is full");
        return given.store.purgeGenerations(command);
      };
      const failing = given.addWorker({ store: { ...given.store, purgeGenerations } });
      const id = await given.submit();
      expect(await given.runTo(id, undefined, failing)).toMatchObject({ state: "completed" });
      expect(given.log).toContain("warn Ended generations could not be forgotten yet.");
      expect(failures).toBe(1);
      given.clock.skip(hourMs);
      await failing.tick();
      expect(await given.store.get({ ownerId: "owner-0", id: old })).toBeNull();
    })());

  it("takes no more once it drains", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 25);
      given.clock.skip(2 * dayMs);
      const { looks, store } = watched(given.store);
      const stopped = given.addWorker({ store });
      stopped.start();
      await given.clock.advance(0);
      await stopped.stop();
      await given.clock.advance(dayMs);
      await stopped.tick();
      expect(looks).toEqual([10]);
    })());

  it.each<[what: string, begin: (given: WorkerBench, store: Store) => () => Promise<void>]>([
    [
      "a stop",
      (given, store) => {
        const worker = given.addWorker({ store });
        const tick = worker.tick();
        return () => Promise.all([worker.stop(), tick]).then(() => {});
      },
    ],
    [
      "a request",
      (given, store) => {
        const end = given.addRequestWorker({ store }).beginRequest();
        return () => end({ isOver: true });
      },
    ],
  ])("lets %s wait for what it is taking", (_what, begin) =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 5);
      given.clock.skip(2 * dayMs);
      let release = (): void => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const purgeGenerations: Store["purgeGenerations"] = async (command) => {
        await released;
        return given.store.purgeGenerations(command);
      };
      const end = begin(given, { ...given.store, purgeGenerations });
      await given.clock.advance(0);
      let hasEnded = false;
      const ended = end().then(() => {
        hasEnded = true;
      });
      await given.clock.advance(1_000);
      expect(hasEnded).toBe(false);
      release();
      await ended;
      expect(given.hints).toHaveLength(5);
    })(),
  );

  it.each([undefined, null])("takes nothing where it is told %s", (keepGenerationsMs) =>
    bench({ provider, worker: keepGenerationsMs === undefined ? {} : { keepGenerationsMs } }, async (given) => {
      const { looks, store } = watched(given.store);
      const id = await given.submit();
      await given.runTo(id, "completed");
      given.clock.skip(1_000 * dayMs);
      await given.addWorker({ store }).tick();
      expect([await isThere(given, id), looks]).toEqual([true, []]);
    })(),
  );
});
