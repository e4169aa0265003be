import { describe, expect, it } from "vitest";
import { anyInput } from "../../../../testing/fakes/any-input.js";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyMp4 } from "../../../../testing/media/tiny-media.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import { defineModel, type Model } from "../../model/define-model.js";
import type { Provider } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const model = (provider: Provider<unknown>): Model => defineModel({ provider, input: anyInput, credits: 0 });

/** A blocking provider with its own id. */
const blocking = (id: string, submit: Provider<unknown>["submit"]): Provider<unknown> => ({
  id,
  capabilities: { resumable: false, webhook: false, cancel: false, progress: false, previews: false },
  submit,
});

const silent = blocking("silent", () => new Promise<never>(() => {}));
const instant = blocking("instant", async () => done());

const free = { credits: 0, limits: { rate: null, refunds: null, maxActive: null } };

async function submitMany(given: WorkerBench, count: number, change: Parameters<WorkerBench["submit"]>[0]) {
  const ids: string[] = [];
  for (let submitted = 0; submitted < count; submitted += 1) ids.push(await given.submit({ ...free, ...change }));
  return ids;
}

describe("slots of a worker", () => {
  it.each([
    [10, 8],
    [100, 8],
    [10, 10],
    [100, 2],
  ])("are free for another provider while %i generations hang at one (concurrency %i)", async (count, concurrency) => {
    const models = { slow: model(silent), fast: model(instant) };
    await bench({ provider: instant, worker: { concurrency, models } }, async (given) => {
      await submitMany(given, count, { ownerId: "ada", model: "slow" });
      given.worker.start();
      await given.clock.advance(5_000);
      const [bobs = ""] = await submitMany(given, 1, { ownerId: "bob", model: "fast" });
      const [adas = ""] = await submitMany(given, 1, { ownerId: "ada", model: "fast" });
      await given.clock.advance(5_000);
      expect((await given.store.get({ ownerId: "bob", id: bobs }))?.state).toBe("completed");
      if (concurrency > 2) expect((await given.generation(adas)).state).toBe("completed");
    })();
  });

  it("are free for another owner while one owner's generations hang at the same provider", async () => {
    const provider = blocking("mixed", ({ input }) =>
      input === "hang"
        ? new Promise<never>(() => {})
        : instant.submit(
            // The instant provider does not read its request.
            {} as never,
          ),
    );
    await bench({ provider, worker: { models: { demo: model(provider) } } }, async (given) => {
      await submitMany(given, 100, { ownerId: "ada", parsedInput: "hang" });
      given.worker.start();
      await given.clock.advance(5_000);
      const [id = ""] = await submitMany(given, 1, { ownerId: "bob" });
      await given.clock.advance(5_000);
      expect((await given.store.get({ ownerId: "bob", id }))?.state).toBe("completed");
    })();
  });

  it("are free for starts while polls of more jobs than slots hang at the same provider", async () => {
    const provider = scriptedProvider({
      submit: [({ input }) => (input === "hang" ? accepted() : done())],
      poll: [() => new Promise<never>(() => {})],
    });
    await bench({ provider, worker: { models: { demo: model(provider) } } }, async (given) => {
      for (const ownerId of ["ada", "ben", "cleo", "dan"]) await submitMany(given, 5, { ownerId, parsedInput: "hang" });
      given.worker.start();
      await given.clock.advance(60_000);
      const [id = ""] = await submitMany(given, 1, { ownerId: "bob" });
      await given.clock.advance(5_000);
      expect((await given.store.get({ ownerId: "bob", id }))?.state).toBe("completed");
    })();
  });

  it("alternate between owners: 1,000 queued generations of one owner delay another owner by at most one tick", async () => {
    const claimed: string[] = [];
    const provider = blocking("counted", async ({ generationId }) => {
      claimed.push(generationId);
      return done();
    });
    await bench({ provider, worker: { models: { demo: model(provider) }, concurrency: 4 } }, async (given) => {
      await submitMany(given, 1_000, { ownerId: "ada" });
      const [id = ""] = await submitMany(given, 1, { ownerId: "bob" });
      await given.worker.tick();
      expect(claimed).toContain(id);
      expect(claimed).toHaveLength(4);
    })();
  }, 60_000);

  it("alternate between owners if a hanging provider leaves a single slot", async () => {
    const claimed: string[] = [];
    const fast = blocking("counted", async ({ generationId }) => {
      claimed.push(generationId);
      return done();
    });
    const models = { slow: model(silent), fast: model(fast) };
    await bench({ provider: instant, worker: { concurrency: 4, models } }, async (given) => {
      for (const ownerId of ["eve", "fay", "gil"]) await submitMany(given, 1, { ownerId, model: "slow" });
      for (let ticks = 0; ticks < 2; ticks += 1) void given.worker.tick();
      await submitMany(given, 90, { ownerId: "ada", model: "fast" });
      given.worker.start();
      await given.clock.advance(1_000);
      await given.clock.advance(0);
      const before = claimed.length;
      const [id = ""] = await submitMany(given, 1, { ownerId: "bob", model: "fast" });
      await given.clock.advance(1_000);
      expect(claimed.slice(before, before + 4)).toContain(id);
    })();
  });

  it("eventually run every generation, even if one owner holds most slots", async () => {
    const models = { slow: model(blocking("slow", async () => done())), fast: model(instant) };
    await bench({ provider: instant, worker: { concurrency: 3, models } }, async (given) => {
      const ids = [
        ...(await submitMany(given, 20, { ownerId: "ada", model: "slow" })),
        ...(await submitMany(given, 20, { ownerId: "ada", model: "fast" })),
      ];
      given.worker.start();
      await given.clock.advance(60_000);
      for (const id of ids) expect((await given.generation(id)).state).toBe("completed");
    })();
  });

  it("are free for images of the same provider while videos are copied, and every video is copied in the end", async () => {
    const storage = memoryStorage();
    const copies: (() => void)[] = [];
    const slowStorage: Storage = {
      ...storage,
      async put(key, body, options) {
        if (options.contentType === "video/mp4") await new Promise<void>((resolve) => copies.push(resolve));
        return storage.put(key, body, options);
      },
    };
    const output = (bytes: Uint8Array, contentType: string) =>
      scriptedProvider({ poll: [{ type: "done", outputs: [{ bytes, contentType }] }] });
    const models = {
      clip: defineModel({ kind: "video", provider: output(tinyMp4(), "video/mp4"), input: anyInput, credits: 0 }),
      image: defineModel({ provider: output(tinyPng(), "image/png"), input: anyInput, credits: 0 }),
    };
    await bench({ provider: instant, worker: { models, storage: slowStorage } }, async (given) => {
      const owners = Array.from({ length: 30 }, (_, at) => `owner-${at}`);
      const clips: string[] = [];
      for (const ownerId of owners)
        clips.push(...(await submitMany(given, 1, { ownerId, model: "clip", kind: "video" })));
      given.worker.start();
      await given.clock.advance(20_000);
      expect(copies).toHaveLength(4);
      const images: string[] = [];
      for (const ownerId of owners.slice(0, 6))
        images.push(...(await submitMany(given, 1, { ownerId, model: "image" })));
      await given.clock.advance(10_000);
      const statesOf = (ids: readonly string[]) =>
        Promise.all(ids.map(async (id, at) => (await given.store.get({ ownerId: owners[at] ?? "", id }))?.state));
      expect(new Set(await statesOf(images))).toEqual(new Set(["completed"]));
      expect(copies).toHaveLength(4);
      while (copies.length > 0) {
        for (const finish of copies.splice(0)) finish();
        await given.clock.advance(2_000);
      }
      expect(new Set(await statesOf(clips))).toEqual(new Set(["completed"]));
    })();
  });

  it("delay no deadline while their generations hang", async () => {
    const models = { slow: model(silent), fast: model(instant) };
    await bench({ provider: instant, worker: { concurrency: 8, models } }, async (given) => {
      const ids = await submitMany(given, 30, { ownerId: "ada", model: "slow", deadlineMs: 60_000 });
      given.worker.start();
      await given.clock.advance(65_000);
      const states = await Promise.all(ids.map(async (id) => (await given.generation(id)).failureCode));
      expect(states.filter((code) => code === "deadline_exceeded").length).toBeGreaterThanOrEqual(24);
    })();
  });
});
