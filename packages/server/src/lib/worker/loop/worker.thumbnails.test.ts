import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { until, withCommand } from "../../../../testing/blocking-call.js";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { benchLeaseMs, workerBench } from "../../../../testing/worker-bench.js";
import { measureMedia } from "../../media/measure-media.js";
import { sharpScaler } from "../../media/sharp-scaler.js";
import type { ImageScaler } from "../../ports/image-scaler.js";
import type { OperationStatus, ProviderMedia } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const scaler = sharpScaler({ logger: silent });

/** An image that no format compresses. */
async function noise(width: number, height: number): Promise<ProviderMedia> {
  const grain = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const create = { width, height, channels: 3, background: "gray", noise: grain } as const;
  return { bytes: new Uint8Array(await sharp({ create }).png().toBuffer()), contentType: "image/png" };
}

const large = await noise(1_000, 500);
const finished = (...outputs: ProviderMedia[]): OperationStatus => ({ type: "done", outputs });

/** A storage that rejects the keys that the test selects. */
function refusing(isRefused: (key: string) => boolean): Storage {
  const storage = memoryStorage();
  const put: Storage["put"] = (key, ...object) =>
    isRefused(key) ? Promise.reject(new Error("no space left on device")) : storage.put(key, ...object);
  return { ...storage, put };
}

describe("a worker with an image scaler", () => {
  it("stores a thumbnail beside each output, and a placeholder", async () => {
    const provider = scriptedProvider({ poll: [finished(large, await noise(300, 900))] });
    await bench({ provider, worker: { scaler } }, async (given) => {
      const { id, outputs, storagePrefix } = await given.runTo(await given.submit({ requestedOutputs: 2 }));
      expect(outputs.map(({ width, height }) => [width, height])).toEqual([
        [1_000, 500],
        [300, 900],
      ]);
      expect(outputs).toMatchObject([
        { placeholder: expect.stringMatching(/^[\w+/=]{20,40}$/), thumbnail: { width: 512, height: 256 } },
        { placeholder: expect.stringMatching(/^[\w+/=]{20,40}$/), thumbnail: { width: 171, height: 512 } },
      ]);
      for (const { index, thumbnail } of outputs) {
        expect(thumbnail?.storageKey).toMatch(new RegExp(`^${storagePrefix}/${index}-thumb-[0-9a-f]{16}$`));
        const bytes = await given.stored(thumbnail?.storageKey);
        expect(bytes?.byteLength).toBe(thumbnail?.byteLength);
        expect(measureMedia(bytes ?? new Uint8Array())).toMatchObject({ contentType: thumbnail?.contentType });
      }

      await given.store.remove({ ownerId: "ada", id });
      await given.step();
      for (const { storageKey, thumbnail } of outputs) {
        expect([await given.stored(storageKey), await given.stored(thumbnail?.storageKey)]).toEqual([null, null]);
      }
    })();
  });

  it("stores no thumbnail that is not smaller than the output", async () => {
    const bytes = new Uint8Array(
      await sharp((await noise(64, 64)).bytes)
        .webp({ quality: 1 })
        .toBuffer(),
    );
    const provider = scriptedProvider({ poll: [finished({ bytes, contentType: "image/webp" })] });
    await bench({ provider, worker: { scaler } }, async (given) => {
      const [output] = (await given.runTo(await given.submit())).outputs;
      expect(output).toMatchObject({ thumbnail: null, placeholder: expect.any(String) });
    })();
  });

  it("completes with an output that cannot be scaled", async () => {
    const cut = { bytes: large.bytes.slice(0, 10_000), contentType: "image/png" };
    const provider = scriptedProvider({ poll: [finished(cut, large)] });
    await bench({ provider, worker: { scaler } }, async (given) => {
      const { outputs, refundedCredits } = await given.runTo(await given.submit({ requestedOutputs: 2 }));
      expect(outputs).toMatchObject([{ placeholder: null, thumbnail: null }, { thumbnail: { width: 512 } }]);
      expect(await given.stored(outputs[0]?.storageKey)).toEqual(cut.bytes);
      expect(refundedCredits).toBe(0);
      expect(given.log).toEqual(["warn Could not make a thumbnail."]);
    })();
  });

  it("makes each thumbnail once while another output is retried", async () => {
    const thumbnails: string[] = [];
    let isFull = true;
    const storage = refusing((key) => {
      if (key.includes("-thumb-")) thumbnails.push(key);
      return isFull && /\/1-[0-9a-f]{64}$/.test(key);
    });
    const provider = scriptedProvider({ poll: [finished(large, large)] });
    await bench({ provider, worker: { scaler, storage } }, async (given) => {
      const id = await given.submit({ requestedOutputs: 2 });
      await given.runTo(id, "storing");
      isFull = false;
      const { outputs } = await given.runTo(id);
      expect(outputs).toHaveLength(2);
      expect(thumbnails).toEqual(outputs.map(({ thumbnail }) => thumbnail?.storageKey));
    })();
  });

  it("keeps the placeholder of a thumbnail that could not be stored", async () => {
    const storage = refusing((key) => key.includes("-thumb-"));
    await bench(
      { provider: scriptedProvider({ poll: [finished(large)] }), worker: { scaler, storage } },
      async (given) => {
        const { outputs, state } = await given.runTo(await given.submit());
        expect(state).toBe("completed");
        expect(outputs).toMatchObject([{ placeholder: expect.any(String), thumbnail: null }]);
      },
    )();
  });

  it("waits at most five seconds for all thumbnails of a result", async () => {
    let shrinks = 0;
    const hanging: ImageScaler = {
      ...scaler,
      shrink: () => {
        shrinks += 1;
        return new Promise(() => {});
      },
    };
    const provider = scriptedProvider({
      capabilities: { resumable: false },
      submit: [{ type: "done", outputs: [large, large, large] }],
    });
    await bench({ provider, worker: { scaler: hanging } }, async (given) => {
      const id = await given.submit({ requestedOutputs: 3 });
      const step = given.step();
      await until(given, async () => shrinks === 1);
      await given.clock.advance(4_999);
      expect(await given.generation(id)).toMatchObject({ state: "submitting" });
      await given.clock.advance(1);
      await step;
      const { outputs, state } = await given.generation(id);
      expect([state, shrinks]).toEqual(["completed", 1]);
      expect(outputs.map(({ thumbnail }) => thumbnail)).toEqual([null, null, null]);
    })();
  });

  it("aborts the put of a thumbnail that hangs", async () => {
    const storage = memoryStorage();
    let putSignal: AbortSignal | undefined;
    const put: Storage["put"] = (key, body, options) => {
      if (!key.includes("-thumb-")) return storage.put(key, body, options);
      putSignal = options.signal;
      return new Promise(() => {});
    };
    const provider = scriptedProvider({ poll: [finished(large)] });
    await bench({ provider, worker: { scaler, storage: { ...storage, put } } }, async (given) => {
      const ending = given.runTo(await given.submit());
      await until(given, async () => putSignal !== undefined);
      expect(putSignal?.aborted).toBe(false);
      await given.clock.advance(5_000);
      expect((await ending).outputs).toMatchObject([{ thumbnail: null, placeholder: expect.any(String) }]);
      expect(putSignal?.aborted).toBe(true);
    })();
  });

  it("completes without thumbnails, and logs nothing, when it stops", async () => {
    let shrinks = 0;
    const hanging: ImageScaler = { ...scaler, shrink: () => new Promise(() => (shrinks += 1)) };
    await bench(
      { provider: scriptedProvider({ poll: [finished(large)] }), worker: { scaler: hanging } },
      async (given) => {
        const id = await given.submit();
        await given.runTo(id, "running");
        const step = given.nextStep();
        await until(given, async () => shrinks === 1);
        await given.worker.stop();
        await step;
        expect(await given.generation(id)).toMatchObject({ state: "completed", outputs: [{ thumbnail: null }] });
        expect(given.log).toEqual([]);
      },
    )();
  });

  it("records them with a result that another worker settles", async () => {
    const provider = scriptedProvider({
      capabilities: { resumable: false },
      submit: [{ type: "done", outputs: [large] }],
    });
    await bench({ provider, worker: { scaler } }, async (given) => {
      const id = await given.submit();
      const store = withCommand(given.store, "settle", () => Promise.reject(new Error("crashed")));
      const crashing = given.addWorker({ store });
      await crashing.tick();
      expect(await given.generation(id)).toMatchObject({ state: "storing", outputs: [] });
      given.clock.skip(benchLeaseMs);
      const { outputs, state } = await given.runTo(id, "completed", given.addWorker());
      expect(state).toBe("completed");
      expect(outputs).toMatchObject([{ placeholder: expect.any(String), thumbnail: { width: 512, height: 256 } }]);
      expect(await given.stored(outputs[0]?.thumbnail?.storageKey)).not.toBeNull();
    })();
  });

  it("scales a preview down that is too large", async () => {
    const oversized = await noise(1_600, 800);
    expect(oversized.bytes.byteLength).toBeGreaterThan(262_144);
    const running = { type: "running", progress: 0.5, preview: oversized, pollAfterMs: 1_000 } as const;
    const broken = { ...running, progress: 0.6, preview: { ...oversized, bytes: oversized.bytes.slice(0, 300_000) } };
    const provider = scriptedProvider({ poll: [running, broken, done()] });
    await bench({ provider, worker: { scaler } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      await given.nextStep();
      const { preview } = await given.generation(id);
      expect(preview?.contentType).toBe("image/webp");
      const bytes = (await given.stored(preview?.storageKey)) ?? new Uint8Array();
      expect(bytes.byteLength).toBeLessThanOrEqual(262_144);
      expect(measureMedia(bytes)).toEqual({ contentType: "image/webp", width: 1_024, height: 512 });
      await given.nextStep();
      expect(await given.generation(id)).toMatchObject({ progress: 0.6, preview });
    })();
  });

  it.each([
    ["stays too large", { shrunkBytes: 262_145, maxOutputBytes: 10_000_000 }, 1],
    ["exceeds `maxOutputBytes`", { shrunkBytes: 100, maxOutputBytes: 262_144 }, 0],
  ])("drops a preview that %s", async (_case, { maxOutputBytes, shrunkBytes }, times) => {
    let shrinks = 0;
    const shrinking: ImageScaler = {
      ...scaler,
      shrink: async () => {
        shrinks += 1;
        return { bytes: new Uint8Array(shrunkBytes), contentType: "image/webp", width: 1, height: 1 };
      },
    };
    const preview = await noise(600, 600);
    const provider = scriptedProvider({ poll: [{ type: "running", progress: 0.5, preview }] });
    await bench({ provider, worker: { scaler: shrinking, maxOutputBytes } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      await given.nextStep();
      expect(await given.generation(id)).toMatchObject({ progress: 0.5, preview: null });
      expect(shrinks).toBe(times);
      expect(given.log).toEqual([]);
    })();
  });
});

describe("a worker without an image scaler", () => {
  it("completes without thumbnails, and logs nothing", async () => {
    const without = sharpScaler({ logger: silent }, () => Promise.reject(new Error("not installed")));
    for (const worker of [{}, { scaler: without }]) {
      await bench({ provider: scriptedProvider({ poll: [finished(large)] }), worker }, async (given) => {
        const { outputs } = await given.runTo(await given.submit());
        expect(outputs).toMatchObject([{ placeholder: null, thumbnail: null }]);
        expect(given.log).toEqual([]);
      })();
    }
  });
});
