import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { startBucketServer } from "../../../testing/bucket/bucket-server.js";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { putBytes } from "../../../testing/put-bytes.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { testServer } from "../../../testing/test-server.js";
import { tinyPng } from "../../../testing/tiny-png.js";
import { defineModel } from "../model/define-model.js";
import type { Store } from "../ports/store/store.js";
import { sweepMedia } from "../service/media/sweep-media.js";
import { fileStorage } from "../storage/file-storage.js";
import { s3Storage } from "../storage/s3/s3-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { openExistingStore } from "../store/libsql/open-existing-store.js";
import { createSafelight } from "./create-safelight.js";

const orphanOf = (number: number): string => `${number.toString(16).padStart(32, "0")}/0-${"a".repeat(64)}`;

describe("safelight.sweep", () => {
  it("deletes unreferenced objects from a bucket, by the server's clock", async () => {
    const bucket = await startBucketServer();
    onTestFinished(bucket.close);
    const storage = s3Storage({ ...bucket.credentials, endpoint: bucket.endpoint, prefix: "app" });
    const { as, clock, safelight } = await testServer({ storage });
    const { id } = await as("ada").submit();
    await as("ada").finish(id);
    const used = [...bucket.objects.keys()];
    expect(used).not.toEqual([]);
    for (const [key, object] of bucket.objects) bucket.objects.set(key, { ...object, storedAt: clock.now() });
    const [orphan, foreign] = [`app/${orphanOf(1)}`, orphanOf(2)];
    for (const key of [orphan, foreign]) {
      bucket.objects.set(key, { bytes: new Uint8Array(7), headers: {}, storedAt: clock.now() });
    }
    expect(await safelight.sweep()).toMatchObject({ inUse: used.length, recent: 1, removed: 0 });
    clock.skip(7 * 86_400_000 + 1);
    expect(await safelight.sweep({ dryRun: true })).toMatchObject({ orphans: [{ key: orphanOf(1) }], removed: 0 });
    expect(await safelight.sweep()).toMatchObject({ inUse: used.length, recent: 0, foreign: 0, removed: 1 });
    expect([...bucket.objects.keys()].toSorted()).toEqual([...used, foreign].toSorted());
  });

  it("never deletes an object in use while workers store others, even without a grace", {
    timeout: 120_000,
  }, async () => {
    const folder = await tempFolder("sweep-race");
    // Noise, so that its thumbnail is smaller and is stored.
    const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
    const create = { width: 300, height: 300, channels: 3, background: "gray", noise } as const;
    const bytes = await sharp({ create }).png().toBuffer();
    const provider = scriptedProvider({ poll: [{ type: "done", outputs: [{ bytes, contentType: "image/png" }] }] });
    const url = `file:${join(folder, "app.db")}`;
    const storage = fileStorage(join(folder, "media"));
    const store = libsqlStore({ url });
    let sweeper: Store | null = null;
    let removed = 0;
    const loop = new SweepLoop(async (round) => {
      await putBytes(storage, orphanOf(round), new Uint8Array(10));
      // A month ahead: no object is too young, so only its row protects it.
      const now = Date.now() + 30 * 86_400_000;
      removed += (await sweepMedia({ storage, store: sweeper ?? store, now })).removed;
    });
    const safelight = createSafelight({
      store,
      storage: {
        ...storage,
        put: async (key, body, options) => {
          await storage.put(key, body, options);
          // The worker records the object only after a whole sweep that saw it.
          await loop.oneMore();
        },
      },
      identify: () => "ada",
      models: {
        poster: defineModel({
          provider,
          input: z.object({ prompt: z.string() }),
          credits: 4,
        }),
      },
      secret: "a secret that is long enough for tests",
      credits: { initialGrant: 10_000 },
      limits: { rate: false, uploads: false },
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    onTestFinished(async () => {
      await loop.stop();
      await safelight.close();
      await sweeper?.close();
    });
    await safelight.migrate();
    ({ store: sweeper } = await openExistingStore({ url, authToken: undefined, isReadonly: true }));
    safelight.worker.start();
    const caller = { ownerId: "ada" };
    const uploads = [(await safelight.api.uploadInput(caller, tinyPng(99))).id];
    const ids: string[] = [];
    // From here on, at least the first upload is in use.
    loop.start();
    for (let round = 0; round < 5; round += 1) {
      uploads.push((await safelight.api.uploadInput(caller, tinyPng(round))).id);
      const submits = [1, 2, 3, 4].map((number) =>
        safelight.api.submit(caller, "poster", { prompt: `${round} of ${number}` }),
      );
      const submitted = (await Promise.all(submits)).map(({ generation }) => generation.id);
      ids.push(...submitted);
      for (const id of submitted) {
        await expect
          .poll(async () => (await safelight.api.get(caller, id)).status, { timeout: 60_000 })
          .toBe("completed");
      }
    }
    await loop.stop();
    expect(removed).toBeGreaterThanOrEqual(loop.rounds);
    for (const id of ids) {
      const output = await store.getOutput({ id, index: 0 });
      expect(output).not.toBeNull();
      for (const record of [output, output?.thumbnail ?? null]) {
        if (record === null) continue;
        const object = await storage.get(record.storageKey);
        expect((await new Response(object?.body ?? null).arrayBuffer()).byteLength).toBe(record.byteLength);
      }
    }
    for (const id of uploads) {
      expect(await storage.get((await store.getInput({ id }))?.storageKey ?? "")).not.toBeNull();
    }
    expect(await safelight.audit()).toEqual([]);
  });
});

/** Runs one sweep after another until stopped. */
class SweepLoop {
  readonly #sweep: (round: number) => Promise<void>;
  #waiting: (() => void)[] = [];
  #running: Promise<void> | null = null;
  #isOver = false;
  rounds = 0;

  constructor(sweep: (round: number) => Promise<void>) {
    this.#sweep = sweep;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  /** Resolves at the end of a sweep that begins after this call; at once if none is running. */
  async oneMore(): Promise<void> {
    if (this.#running === null || this.#isOver) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #run(): Promise<void> {
    let due: (() => void)[] = [];
    try {
      for (; !this.#isOver; this.rounds += 1) {
        due = this.#waiting;
        this.#waiting = [];
        await this.#sweep(this.rounds);
        for (const resolve of due) resolve();
      }
    } finally {
      this.#isOver = true;
      for (const resolve of [...due, ...this.#waiting]) resolve();
    }
  }
}
