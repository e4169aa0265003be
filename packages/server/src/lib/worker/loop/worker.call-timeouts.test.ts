import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const running = { type: "running", progress: 0.5 } as const;
const developing = { ...running, preview: { bytes: tinyPng(1), contentType: "image/png" } };
const lost = { type: "unknown", reason: "cut" } as const;

/** A request without a response, and a promise that resolves when it is sent. */
function hanging(): { readonly line: () => Promise<never>; readonly called: Promise<void> } {
  let ask = (): void => {};
  const called = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const line = (): Promise<never> => {
    ask();
    return new Promise(() => {});
  };
  return { line, called };
}

interface HoldingStorage extends Storage {
  readonly called: Promise<void>;
  readonly release: () => void;
  /** Whether the signal of the held put was aborted. */
  readonly isAborted: () => boolean;
}

/**
 * A storage that holds the first put whose key contains `part` until the test calls `release`. It then stores the object,
 * even after an abort.
 *
 * @param options.throwsAfterwards rejects with the abort's reason, once the object is stored.
 */
function holding(part: string, { throwsAfterwards = false } = {}): HoldingStorage {
  const storage = memoryStorage();
  const { line, called } = hanging();
  let isFirst = true;
  let release = (): void => {};
  let heldSignal: AbortSignal | undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    ...storage,
    called,
    release: () => release(),
    isAborted: () => heldSignal?.aborted ?? false,
    put: async (key, body, { signal, ...options }) => {
      if (isFirst && key.includes(part)) {
        isFirst = false;
        heldSignal = signal;
        await Promise.race([line(), released]);
      }
      await storage.put(key, body, options);
      if (throwsAfterwards) signal?.throwIfAborted();
    },
  };
}

describe("a worker with one slot", () => {
  const job = hanging();
  const result = hanging();
  const cancel = hanging();
  const lookup = hanging();
  const withoutBytes = { type: "failed", failure: { code: "download_failed", message: "cut" } } as const;

  it.each([
    ["a poll", job, 120_000, "completed", scriptedProvider({ poll: [job.line, done()] })],
    [
      "a poll for the result",
      result,
      120_000,
      "completed",
      scriptedProvider({ poll: [withoutBytes, result.line, done()] }),
    ],
    ["a cancel", cancel, 30_000, "canceled", scriptedProvider({ poll: [running], cancel: [cancel.line, "canceled"] })],
    [
      "a lookup",
      lookup,
      30_000,
      "failed",
      scriptedProvider({ submit: [lost, accepted()], findByToken: [lookup.line, { type: "unknown" }] }),
    ],
  ] as const)("releases its slot when %s times out", async (_request, { called }, limitMs, end, provider) => {
    await bench({ provider, worker: { concurrency: 1 } }, async (given) => {
      const stuck = await given.submit();
      await given.step();
      if (end === "canceled") await given.cancel(stuck);
      const step = given.nextStep();
      await called;
      const other = await given.submit();
      expect(await given.worker.tick()).toBe(0);
      await given.clock.advance(limitMs);
      await step;
      expect((await given.generation(stuck)).finishedAt).toBeNull();

      await given.step();
      expect((await given.generation(other)).attempts).toBe(1);
      expect((await given.runTo(stuck)).state).toBe(end);
    })();
  });

  it("releases its slot when the storage hangs on an output, and retries", async () => {
    const storage = holding("/0-");
    await bench({ provider: scriptedProvider(), worker: { concurrency: 1, storage } }, async (given) => {
      const stuck = await given.submit();
      await given.step();
      const step = given.nextStep();
      await storage.called;
      const other = await given.submit();
      expect(await given.worker.tick()).toBe(0);
      await given.clock.advance(120_000);
      await step;
      expect((await given.generation(stuck)).state).toBe("storing");
      expect((await given.runTo(other)).state).toBe("completed");
      expect((await given.runTo(stuck)).state).toBe("completed");
    })();
  });
});

describe("a worker whose storage hangs on a preview", () => {
  it.each([
    ["is stored late", {}],
    ["was stored before the abort", { throwsAfterwards: true }],
  ])("continues without it, and deletes it when it %s", async (_, how) => {
    const storage = holding("/preview-", how);
    await bench({ provider: scriptedProvider({ poll: [developing, done()] }), worker: { storage } }, async (given) => {
      const id = await given.submit();
      await given.step();
      const step = given.nextStep();
      await storage.called;
      const { epoch } = await given.generation(id);
      await given.clock.advance(10_000);
      await step;
      expect(storage.isAborted()).toBe(true);
      expect(await given.generation(id)).toMatchObject({ state: "running", progress: 0.5, preview: null });
      const { storagePrefix } = await given.runTo(id);
      storage.release();
      await settled();
      expect(await given.stored(`${storagePrefix}/preview-${epoch}-${previewHash}`)).toBeNull();
    })();
  });

  it("deletes it when it is stored after the generation missed its deadline", async () => {
    const storage = holding("/preview-");
    await bench({ provider: scriptedProvider({ poll: [developing] }), worker: { storage } }, async (given) => {
      const id = await given.submit({ deadlineMs: 5_000 });
      await given.step();
      const step = given.nextStep();
      await storage.called;
      const { epoch } = await given.generation(id);
      await given.clock.advance(5_000);
      await step;
      const { failureCode, storagePrefix } = await given.runTo(id);
      expect(failureCode).toBe("deadline_exceeded");
      storage.release();
      await settled();
      expect(await given.stored(`${storagePrefix}/preview-${epoch}-${previewHash}`)).toBeNull();
    })();
  });

  it("keeps a preview that was recorded in the meantime, also of the same image", async () => {
    const storage = holding("/preview-");
    await bench({ provider: scriptedProvider({ poll: [developing] }), worker: { storage } }, async (given) => {
      const id = await given.submit();
      await given.step();
      const step = given.nextStep();
      await storage.called;
      const { epoch } = await given.generation(id);
      await given.clock.advance(10_000);
      await step;
      while ((await given.generation(id)).preview === null) await given.nextStep();
      const { preview, storagePrefix } = await given.generation(id);
      expect(preview?.storageKey).not.toBe(`${storagePrefix}/preview-${epoch}-${previewHash}`);
      storage.release();
      await settled();
      expect(await given.stored(`${storagePrefix}/preview-${epoch}-${previewHash}`)).toBeNull();
      expect(await given.stored(preview?.storageKey)).toEqual(tinyPng(1));
    })();
  });
});

const previewHash = createHash("sha256").update(tinyPng(1)).digest("hex").slice(0, 16);

/** Waits until a released put has stored its object, and until the worker may have deleted it. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}
