import { describe, expect, it } from "vitest";
import { done } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { Provider, SubmitOutcome, SubmitRequest } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

/** A provider that blocks until the test resolves its one request. */
function blocking(requestTimeoutMs?: number) {
  let resolve: (outcome: SubmitOutcome) => void = () => {};
  const requests: SubmitRequest<unknown>[] = [];
  const provider: Provider<unknown> = {
    id: "studio",
    capabilities: { resumable: false, webhook: false, cancel: false, progress: true, previews: false },
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
    submit: (request) => {
      requests.push(request);
      return new Promise((settle) => {
        resolve = settle;
      });
    },
  };
  return { provider, requests, resolve: (outcome: SubmitOutcome) => resolve(outcome) };
}

const long = { deadlineMs: 3_600_000 };

describe("a paid request without a response", () => {
  it.each([
    ["five minutes by default", undefined, 300_000],
    ["the provider's `requestTimeoutMs`", 60_000, 60_000],
  ])("holds its slot for at most %s, and is not sent again", async (_case, requestTimeoutMs, limitMs) => {
    const vendor = blocking(requestTimeoutMs);
    await bench({ provider: vendor.provider, worker: { concurrency: 1 } }, async (given) => {
      const id = await given.submit(long);
      given.worker.start();
      await given.clock.advance(limitMs - 1);
      expect((await given.generation(id)).state).toBe("submitting");
      expect(vendor.requests[0]?.signal.aborted).toBe(false);
      await given.clock.advance(1);
      expect(vendor.requests[0]?.signal.aborted).toBe(true);
      await given.clock.advance(2_000);
      expect((await given.generation(id)).state).toBe("reconciling");
      await given.submit(long);
      await given.clock.advance(5_000);
      expect(vendor.requests).toHaveLength(2);
      await given.clock.advance(900_000);
      expect(await given.generation(id)).toMatchObject({ state: "failed", failureCode: "outcome_unknown" });
      expect(vendor.requests).toHaveLength(2);
    })();
  });

  it("keeps its slot while it reports progress", async () => {
    const vendor = blocking();
    await bench({ provider: vendor.provider }, async (given) => {
      const id = await given.submit(long);
      given.worker.start();
      for (let minutes = 0; minutes < 20; minutes += 4) {
        await given.clock.advance(240_000);
        vendor.requests[0]?.onProgress?.({ progress: minutes / 20 });
      }
      expect((await given.generation(id)).state).toBe("submitting");
      vendor.resolve(done());
      await given.clock.advance(1_000);
      expect((await given.generation(id)).state).toBe("completed");
      expect(given.clock.pending().filter((ms) => ms > 200_000)).toEqual([]);
    })();
  });

  it("keeps its result through an outage of the storage, also with progress reported after the response", async () => {
    const vendor = blocking(60_000);
    let isDown = true;
    const memory = memoryStorage();
    const storage: Storage = {
      ...memory,
      put: async (...args) => {
        if (isDown) throw new Error("The storage is down.");
        return memory.put(...args);
      },
    };
    await bench({ provider: vendor.provider, worker: { storage } }, async (given) => {
      const id = await given.submit(long);
      given.worker.start();
      await given.clock.advance(1_000);
      vendor.resolve(done());
      await given.clock.advance(1_000);
      vendor.requests[0]?.onProgress?.({ progress: 1 });
      await given.clock.advance(120_000);
      isDown = false;
      await given.clock.advance(60_000);
      expect(await given.generation(id)).toMatchObject({ state: "completed", attempts: 1 });
    })();
  });

  it("is recorded when its response arrives late", async () => {
    const vendor = blocking();
    await bench({ provider: vendor.provider }, async (given) => {
      const id = await given.submit(long);
      given.worker.start();
      await given.clock.advance(310_000);
      expect((await given.generation(id)).state).toBe("reconciling");
      vendor.resolve(done());
      await given.clock.advance(40_000);
      expect((await given.generation(id)).state).toBe("completed");
    })();
  });
});
