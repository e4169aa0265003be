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
  const purges: number[] = [];
  const purgeGenerations: Store["purgeGenerations"] = async (command) => {
    const at = purges.push(-1) - 1;
    const verdict = await store.purgeGenerations(command);
    purges[at] = verdict.ownerIds.length;
    return verdict;
  };
  return { purges, store: { ...store, purgeGenerations } };
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

describe("a worker with a retention time for ended generations", () => {
  it("deletes content and bytes after the time without another wake, and publishes hints for the owner and the team", () =>
    bench({ provider, worker }, async (given) => {
      const id = await given.submit({ teamId: "crew" });
      const { outputs } = await given.runTo(id, "completed");
      const key = outputs[0]?.storageKey;
      expect(await given.stored(key)).not.toBeNull();
      given.hints.length = 0;
      given.addWorker().start();
      await given.clock.advance(2 * dayMs - 1);
      expect([await isThere(given, id), given.hints]).toEqual([true, []]);
      for (let second = 0; second < 5; second += 1) await given.clock.advance(1_000);
      expect([await isThere(given, id), await given.stored(key)]).toEqual([false, null]);
      expect(given.hints).toEqual(["ada", "team:crew"]);
    })());

  it("purges once per retention time if nothing has ended, and otherwise when the first generation is due", () =>
    bench({ provider, worker: { keepGenerationsMs: 3 * dayMs } }, async (given) => {
      const { purges, store } = watched(given.store);
      const alone = given.addWorker({ store });
      alone.start();
      await given.clock.advance(dayMs);
      await given.cancel(await given.submit());
      for (let ticks = 0; ticks < 3; ticks += 1) await alone.tick();
      await given.clock.advance(2 * dayMs - 1);
      expect(purges).toEqual([0]);
      await given.clock.advance(1);
      expect(purges).toEqual([0, 0]);
      await given.clock.advance(dayMs - 1);
      expect(purges).toEqual([0, 0]);
      await given.clock.advance(1);
      expect(purges).toEqual([0, 0, 1]);
    })());

  it("purges generations together that ended within an hour", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 1);
      given.clock.skip(hourMs / 2);
      await given.cancel(await given.submit());
      const { purges, store } = watched(given.store);
      given.clock.skip(2 * dayMs - hourMs / 2);
      given.addWorker({ store }).start();
      await given.clock.advance(hourMs - 1);
      expect(purges).toEqual([1]);
      await given.clock.advance(2_000);
      expect(purges).toEqual([1, 1]);
    })());

  it("purges many in batches, with a pause in between, until none is left", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 25);
      const { purges, store } = watched(given.store);
      given.clock.skip(2 * dayMs);
      given.addWorker({ store }).start();
      await given.clock.advance(0);
      expect(purges).toEqual([10]);
      await given.clock.advance(199);
      expect(purges).toEqual([10]);
      await given.clock.advance(1);
      expect(purges).toEqual([10, 10]);
      await given.clock.advance(1_000);
      expect(purges).toEqual([10, 10, 5]);
    })());

  it("purges batches at the same pace while a generation is in progress", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 60);
      given.clock.skip(2 * dayMs);
      const { purges, store } = watched(given.store);
      const busy = given.addWorker({ store });
      const id = await given.submit();
      busy.start();
      await given.clock.advance(0);
      expect((await given.generation(id)).state).toBe("running");
      expect(purges).toEqual([10]);
      for (let count = 0; count < 5; count += 1) await given.clock.advance(200);
      expect(purges).toEqual([10, 10, 10, 10, 10, 10]);
    })());

  it("purges one batch with each tick", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 15);
      const { purges, store } = watched(given.store);
      const ticked = given.addWorker({ store });
      given.clock.skip(2 * dayMs);
      await ticked.tick();
      await ticked.tick();
      expect(purges).toEqual([10]);
      given.clock.skip(60_000);
      await ticked.tick();
      expect(purges).toEqual([10, 5]);
    })());

  it("purges each generation once beside other workers, also after one that crashed after its commit", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 25);
      given.clock.skip(2 * dayMs);
      const purgeGenerations: Store["purgeGenerations"] = async (command) => {
        await given.store.purgeGenerations(command);
        throw new Error("killed");
      };
      const workers = [given.addWorker({ store: { ...given.store, purgeGenerations } }), given.addWorker()];
      for (let ticks = 0; ticks < 4; ticks += 1) {
        await Promise.all(workers.map((each) => each.tick()));
        given.clock.skip(1_000);
      }
      const { sequences } = await given.store.sequencesOf(Array.from({ length: 25 }, (_, at) => `owner-${at}`));
      // A submit, its end, and the deletion.
      expect([...sequences.values()]).toEqual(Array.from({ length: 25 }, () => 3));
    })());

  it("continues its work when a purge fails, and retries it", () =>
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
      expect(given.log).toContain("warn Could not delete expired generations; retrying in an hour.");
      expect(failures).toBe(1);
      given.clock.skip(hourMs);
      await failing.tick();
      expect(await given.store.get({ ownerId: "owner-0", id: old })).toBeNull();
    })());

  it("purges no further batch once it drains", () =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 25);
      given.clock.skip(2 * dayMs);
      const { purges, store } = watched(given.store);
      const stopped = given.addWorker({ store });
      stopped.start();
      await given.clock.advance(0);
      await stopped.stop();
      await given.clock.advance(dayMs);
      await stopped.tick();
      expect(purges).toEqual([10]);
    })());

  it.each<[name: string, begin: (given: WorkerBench, store: Store) => () => Promise<void>]>([
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
  ])("delays the end of %s until its purge is done", (_name, begin) =>
    bench({ provider, worker }, async (given) => {
      await canceled(given, 5);
      given.clock.skip(2 * dayMs);
      let finishPurge = (): void => {};
      const purgeMayFinish = new Promise<void>((resolve) => {
        finishPurge = resolve;
      });
      const purgeGenerations: Store["purgeGenerations"] = async (command) => {
        await purgeMayFinish;
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
      finishPurge();
      await ended;
      // Of the five owners and their team.
      expect(given.hints).toHaveLength(6);
    })(),
  );

  it.each([undefined, null])("purges nothing if `keepGenerationsMs` is %s", (keepGenerationsMs) =>
    bench({ provider, worker: keepGenerationsMs === undefined ? {} : { keepGenerationsMs } }, async (given) => {
      const { purges, store } = watched(given.store);
      const id = await given.submit();
      await given.runTo(id, "completed");
      given.clock.skip(1_000 * dayMs);
      await given.addWorker({ store }).tick();
      expect([await isThere(given, id), purges]).toEqual([true, []]);
    })(),
  );
});
