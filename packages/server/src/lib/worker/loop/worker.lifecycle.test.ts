import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../../testing/held-call.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { SubmitOutcome } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const resumable = scriptedProvider();
const refusing = scriptedProvider({
  submit: [{ type: "rejected", failure: { code: "rate_limited", message: "later" } }, accepted()],
});
const progressing = scriptedProvider({
  poll: [
    { type: "queued", queuePosition: 2, pollAfterMs: 1_000 },
    { type: "running", progress: 0.5, pollAfterMs: 600 },
    { type: "running", progress: 0.7, pollAfterMs: 600 },
    { type: "running", progress: 0.6, pollAfterMs: 1_000 },
    done(),
  ],
});
/** A valid image that exceeds the size limit of a preview. */
const oversized = Uint8Array.from([...tinyPng(3), ...new Uint8Array(300_000)]);
const previewing = scriptedProvider({
  poll: [
    { type: "running", progress: 0.3, preview: { bytes: tinyPng(1), contentType: "image/png" }, pollAfterMs: 1_000 },
    { type: "running", progress: 0.6, preview: { bytes: tinyPng(2), contentType: "image/png" }, pollAfterMs: 1_000 },
    { type: "running", progress: 0.7, preview: { bytes: oversized, contentType: "image/png" } },
    done(),
  ],
});
const stuck = heldCall<SubmitOutcome>();
const blocking = scriptedProvider({
  capabilities: { resumable: false },
  submit: [{ type: "done", outputs: done(7, 8).outputs }],
});

describe("a worker", () => {
  it(
    "completes a generation with one payment and one debit, its bytes under the key in the row",
    bench({ provider: resumable }, async (given) => {
      const id = await given.submit();
      const generation = await given.runTo(id);

      expect(generation).toMatchObject({ state: "completed", progress: 1, refundedCredits: 0, attempts: 1 });
      const [output] = generation.outputs;
      expect(output).toMatchObject({ index: 0, contentType: "image/png", width: 1, height: 1 });
      expect(output?.storageKey).toBe(`${generation.storagePrefix}/0-${output?.sha256}`);
      expect(await given.stored(output?.storageKey)).toEqual(tinyPng());
      expect(resumable.submits).toHaveLength(1);
      expect(await given.balance()).toBe(96);
    }),
  );

  it(
    "passes the provider the parsed input, the generation's id and a new token for each attempt",
    bench({ provider: refusing }, async (given) => {
      const id = await given.submit({ parsedInput: { prompt: "parsed" } });
      await given.runTo(id);
      expect(refusing.submits).toMatchObject([
        { input: { prompt: "parsed" }, generationId: id, attempt: 1 },
        { input: { prompt: "parsed" }, generationId: id, attempt: 2 },
      ]);
      expect(new Set(refusing.submits.map(({ token }) => token)).size).toBe(2);
    }),
  );

  it(
    "records progress at most once a second, and never a decrease",
    bench({ provider: progressing }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const seen: unknown[] = [];
      while ((await given.generation(id)).state === "running") {
        await given.nextStep();
        const { progress, queuePosition, version } = await given.generation(id);
        seen.push([progress, queuePosition, version]);
      }
      expect(seen).toEqual([
        [null, 2, 3],
        [0.5, null, 4],
        // 600 ms after the last write: not written yet.
        [0.5, null, 4],
        [0.6, null, 5],
        [1, null, 6],
      ]);
    }),
  );

  it(
    "stores the newest preview, and deletes the previous one, and the last one at the end",
    bench({ provider: previewing }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      await given.nextStep();
      const first = (await given.generation(id)).preview;
      expect(await given.stored(first?.storageKey)).toEqual(tinyPng(1));

      await given.nextStep();
      const second = (await given.generation(id)).preview;
      expect(second?.storageKey).not.toBe(first?.storageKey);
      expect(await given.stored(second?.storageKey)).toEqual(tinyPng(2));

      while (previewing.polls.length < 3) await given.nextStep();
      expect(await given.generation(id)).toMatchObject({ progress: 0.7, preview: second });

      await given.runTo(id);
      await given.step();
      expect(await given.stored(first?.storageKey)).toBeNull();
      expect(await given.stored(second?.storageKey)).toBeNull();
    }),
  );

  it("stores a preview that returns under another key, and keeps the key of an unchanged one", async () => {
    const shows = (shade: number, progress: number) =>
      ({
        type: "running",
        progress,
        preview: { bytes: tinyPng(shade), contentType: "image/png" },
        pollAfterMs: 1_000,
      }) as const;
    const provider = scriptedProvider({ poll: [shows(1, 0.2), shows(2, 0.4), shows(1, 0.6), shows(1, 0.8)] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const keys = [];
      for (const progress of [0.2, 0.4, 0.6, 0.8]) {
        while ((await given.generation(id)).progress !== progress) await given.nextStep();
        keys.push((await given.generation(id)).preview?.storageKey);
      }
      await given.step();
      expect(new Set(keys).size).toBe(3);
      expect(keys[3]).toBe(keys[2]);
      expect(await given.stored(keys[3])).toEqual(tinyPng(1));
    })();
  });

  it(
    "stores the outputs of a blocking provider",
    bench({ provider: blocking }, async (given) => {
      const id = await given.submit();
      const generation = await given.runTo(id);
      expect(generation.state).toBe("completed");
      expect(await Promise.all(generation.outputs.map((output) => given.stored(output.storageKey)))).toEqual([
        tinyPng(7),
        tinyPng(8),
      ]);
      expect(blocking.submits).toHaveLength(1);
    }),
  );

  it(
    "publishes a hint for the owner with each new version",
    bench({ provider: scriptedProvider({ poll: [{ type: "running", progress: null }, done()] }) }, async (given) => {
      const id = await given.submit();
      for (let { version, state } = await given.generation(id); state !== "completed"; ) {
        given.hints.length = 0;
        await given.nextStep();
        const now = await given.generation(id);
        expect(given.hints.length > 0).toBe(now.version > version);
        ({ version, state } = now);
      }
    }),
  );

  it(
    "advances at most `concurrency` generations at once",
    bench({ provider: scriptedProvider(), worker: { concurrency: 2 } }, async (given) => {
      for (let count = 0; count < 3; count += 1) await given.submit();
      expect(await given.worker.tick()).toBe(2);
      expect(await given.worker.tick()).toBe(1);
    }),
  );

  it(
    "sleeps while all slots are taken",
    bench({ provider: scriptedProvider({ submit: [stuck.line] }), worker: { concurrency: 1 } }, async (given) => {
      await given.submit();
      await given.submit();
      given.worker.start();
      await stuck.called;
      await given.clock.advance(1_000);
      // Only the next check of deadlines, and the renewal and the limit of its one lease.
      expect(given.clock.pending()).toEqual([4_000, 9_000, 899_000]);
    }),
  );

  it(
    "logs nothing about generations that wait for a slot",
    bench({ provider: scriptedProvider({ submit: [() => new Promise(() => {})] }) }, async (given) => {
      await given.submit();
      await given.submit();
      given.addWorker({ concurrency: 1 }).start();
      await given.clock.advance(120_000);
      expect(given.log).toEqual([]);
    }),
  );

  it(
    "reads the due time once a minute if nothing is due",
    bench({ provider: scriptedProvider() }, async (given) => {
      let reads = 0;
      const nextDueInMs: typeof given.store.nextDueInMs = (query) => {
        reads += 1;
        return given.store.nextDueInMs(query);
      };
      given.addWorker({ store: { ...given.store, nextDueInMs } }).start();
      await given.clock.advance(59_999);
      expect(reads).toBe(1);
      await given.clock.advance(1);
      expect(reads).toBe(2);
      expect(given.clock.pending()).toEqual([60_000]);
    }),
  );

  it(
    "leaves generations of an unknown model to other workers",
    bench({ provider: scriptedProvider() }, async (given) => {
      const id = await given.submit({ model: "other" });
      expect(await given.worker.tick()).toBe(0);
      expect((await given.generation(id)).state).toBe("queued");
    }),
  );

  it("drops announcements of a removed hook after a week, with one line in the log", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      for (let count = 0; count < 3; count += 1) {
        const id = await given.submit();
        await given.store.requestCancel({ ownerId: "ada", id, announceTo: ["hook"] });
      }
      given.clock.skip(7 * 86_400_000);
      given.worker.start();
      await given.clock.advance(1_000);
      expect(given.log.filter((line) => line.includes("that no worker claimed"))).toEqual([
        "warn Dropped outbox items that no worker claimed: their model, hook or webhook was removed.",
      ]);
      expect(await given.store.nextDueInMs({ models: [], topics: ["announce_to_hook"] })).toBeNull();
    })());

  it("drops them in a process of one tick", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const id = await given.submit();
      await given.store.requestCancel({ ownerId: "ada", id, announceTo: ["hook"] });
      given.clock.skip(7 * 86_400_000);
      await given.addRequestWorker().tick();
      expect(await given.store.nextDueInMs({ models: [], topics: ["announce_to_hook"] })).toBeNull();
    })());

  it("drops none by a clock that is days ahead when its process starts", () =>
    bench({ provider: scriptedProvider() }, async (given) => {
      const id = await given.submit();
      await given.store.requestCancel({ ownerId: "ada", id, announceTo: ["hook"] });
      const ahead = () => given.clock.now() + 8 * 86_400_000;
      const store = libsqlStore({ url: given.store.identity, now: ahead, monotonicNow: given.clock.now });
      await given.addRequestWorker({ store }).tick();
      await store.close();
      expect(await given.store.nextDueInMs({ models: [], topics: ["announce_to_hook"] })).toBe(0);
    })());

  it(
    "warns every ten minutes about models that it does not have",
    bench({ provider: scriptedProvider() }, async (given) => {
      await given.submit({ model: "other" });
      await given.submit();
      given.worker.start();
      const lines = () => given.log.filter((line) => line.includes("does not have the models"));
      await given.clock.advance(59_999);
      expect(lines()).toEqual([]);
      await given.clock.advance(5_001);
      expect(lines()).toEqual([
        "warn This worker does not have the models of generations that have waited over a minute. other",
      ]);
      await given.clock.advance(590_000);
      expect(lines()).toHaveLength(1);
      await given.clock.advance(15_000);
      expect(lines()).toHaveLength(2);
    }),
  );
});
