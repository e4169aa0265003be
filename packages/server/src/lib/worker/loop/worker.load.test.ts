import { expect, it } from "vitest";
import { noCopier } from "../../../../testing/fakes/no-copier.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { ImageScaler } from "../../ports/image-scaler.js";
import type { MediaCopier } from "../../ports/media-copier.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

it("loads the modules for outputs when a worker starts, and logs a failure", async () => {
  const loaded: string[] = [];
  const copier: MediaCopier = {
    ...noCopier,
    load: async () => {
      loaded.push("copier");
      throw new Error("too many open files");
    },
  };
  const scaler: ImageScaler = {
    load: async () => void loaded.push("scaler"),
    shrink: async () => null,
    placeholderOf: async () => null,
  };
  await bench({ provider: scriptedProvider(), worker: { copier, scaler } }, async (given) => {
    expect(loaded).toEqual([]);
    given.worker.start();
    await expect.poll(() => loaded).toEqual(["copier", "scaler"]);
    expect(given.log).toContainEqual(expect.stringContaining("Could not load a module that outputs need"));
  })();
});
