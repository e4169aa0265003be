import { describe, expect, it } from "vitest";
import { accepted, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { putBytes } from "../../../../testing/put-bytes.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { InputFiles } from "../../ports/input-files.js";
import type { SubmitRequest } from "../../ports/provider.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const mine = "inp_01900000-0000-7000-8000-000000000001";
const other = "inp_01900000-0000-7000-8000-000000000002";
const storageKey = "image/0-abc";

/** Stores an image of `ada`. */
async function storeInput(given: WorkerBench, id = mine): Promise<void> {
  await putBytes(given.storage, storageKey, tinyPng(7));
  const facts = {
    contentType: "image/png",
    byteLength: tinyPng().byteLength,
    sha256: "abc",
    width: 1,
    height: 1,
    durationMs: null,
  };
  await given.store.recordInput({ id, ownerId: "ada", storageKey, ...facts, rate: null });
}

function refer(given: WorkerBench): Promise<string> {
  return given.submit({ parsedInput: { prompt: "x", images: [{ mask: mine }] } });
}

/** A provider that loads the image before it sends anything, as every provider must. */
function loading(load: (files: InputFiles) => Promise<unknown>, loaded: unknown[] = []) {
  return scriptedProvider({
    submit: [
      async ({ files, token }: SubmitRequest<unknown>) => {
        loaded.push(await load(files));
        return accepted({ job: token });
      },
    ],
  });
}

describe("a provider that reads the uploads of an input", () => {
  it("receives the bytes and the content type", async () => {
    const loaded: unknown[] = [];
    await bench({ provider: loading((files) => files.read(mine), loaded) }, async (given) => {
      await storeInput(given);
      expect(await given.runTo(await refer(given))).toMatchObject({ state: "completed" });
      expect(loaded).toEqual([{ bytes: tinyPng(7), contentType: "image/png" }]);
    })();
  });

  it("causes one read from the storage per image, however often it reads", async () => {
    const loaded: unknown[] = [];
    const load = async (files: InputFiles) => {
      const [first, second] = await Promise.all([files.read(mine), files.read(mine)]);
      return [first === second, first === (await files.read(mine))];
    };
    await bench({ provider: loading(load, loaded) }, async (given) => {
      await storeInput(given);
      expect(await given.runTo(await refer(given))).toMatchObject({ state: "completed" });
      expect(loaded).toEqual([[true, true]]);
    })();
  });

  it.each<readonly [string, (files: InputFiles) => Promise<unknown>]>([
    ["read", (files) => files.read(mine)],
    ["urlOf", (files) => files.urlOf(mine)],
  ])("fails the generation with a refund when %s finds no image", async (_, load) => {
    const provider = loading(load);
    await bench({ provider }, async (given) => {
      const generation = await given.runTo(await refer(given));
      expect(generation).toMatchObject({
        state: "failed",
        failureCode: "provider_rejected_input",
        attempts: 1,
        refundedCredits: 4,
        startedAt: null,
      });
      expect(await given.balance()).toBe(100);
      expect(provider.submits).toHaveLength(1);
    })();
  });

  it("finds no image if its bytes are gone", async () => {
    await bench({ provider: loading((files) => files.read(mine)) }, async (given) => {
      await storeInput(given);
      await given.storage.delete(storageKey);
      expect(await given.runTo(await refer(given))).toMatchObject({ failureCode: "provider_rejected_input" });
    })();
  });

  it("finds no image that the input does not name, also if it has the same owner", async () => {
    await bench({ provider: loading((files) => files.read(other)) }, async (given) => {
      await storeInput(given, other);
      expect(await given.runTo(await refer(given))).toMatchObject({ failureCode: "provider_rejected_input" });
    })();
  });

  it("ends as canceled if the owner requested that before the read failed", async () => {
    const provider = scriptedProvider({
      submit: [
        async ({ files }: SubmitRequest<unknown>) => {
          await begun.cancel(id);
          await files.read(mine);
          return accepted();
        },
      ],
    });
    let begun: WorkerBench;
    let id = "";
    await bench({ provider }, async (given) => {
      begun = given;
      id = await refer(given);
      expect(await given.runTo(id)).toMatchObject({ state: "canceled", refundedCredits: 4 });
    })();
  });

  it("is called again later when the storage fails", async () => {
    const provider = loading((files) => files.read(mine));
    const storage = memoryStorage();
    let faults = 2;
    const get: typeof storage.get = async (...args) => {
      faults -= 1;
      if (faults >= 0) throw new Error("the storage is down");
      return storage.get(...args);
    };
    await bench({ provider, worker: { storage: { ...storage, get } } }, async (given) => {
      await storeInput(given);
      expect(await given.runTo(await refer(given))).toMatchObject({ state: "completed", attempts: 3 });
    })();
  });

  it("finds no image that was transferred to another owner, and the generation is refunded", async () => {
    const provider = loading((files) => files.read(mine));
    await bench({ provider }, async (given) => {
      await storeInput(given);
      await given.store.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 });
      // The submit referred to the image while it was ada's, and was committed afterwards.
      const id = await refer(given);
      const generation = await given.runTo(id);
      expect(generation).toMatchObject({ state: "failed", failureCode: "provider_rejected_input", refundedCredits: 4 });
    })();
  });

  it("waits while the store is unavailable", async () => {
    const provider = loading((files) => files.read(mine));
    let faults = 2;
    await bench({ provider }, async (given) => {
      await storeInput(given);
      const getInput: typeof given.store.getInput = async (query) => {
        faults -= 1;
        if (faults >= 0) throw new StoreUnavailable("busy", { retryAfterMs: 1_000 });
        return given.store.getInput(query);
      };
      const worker = given.addWorker({ store: { ...given.store, getInput } });
      const id = await refer(given);
      const working = worker.tick();
      for (let seconds = 0; seconds < 20; seconds += 1) await given.clock.advance(1_000);
      await working;
      expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 1 });
      expect(faults).toBeLessThan(0);
    })();
  });
});

describe("the URL of an image for a vendor", () => {
  const urlOf = async (worker: Parameters<typeof bench>[0]["worker"]): Promise<{ url: unknown; now: number }> => {
    const loaded: unknown[] = [];
    let now = 0;
    const provider = loading((files) => files.urlOf(mine), loaded);
    await bench({ provider, ...(worker !== undefined && { worker }) }, async (given) => {
      await storeInput(given);
      const id = await refer(given);
      now = given.clock.now();
      await given.runTo(id);
    })();
    return { url: loaded[0], now };
  };

  it("is null if the host has no URL for vendors", async () => {
    expect((await urlOf({})).url).toBeNull();
  });

  it("is the server's and valid for an hour", async () => {
    const { url, now } = await urlOf({
      inputUrlOf: async (id, { expiresAt }) => `https://host.example/${id}?${expiresAt}`,
    });
    expect(url).toBe(`https://host.example/${mine}?${now + 3_600_000}`);
  });

  it("is the storage's if the storage signs URLs", async () => {
    const { url, now } = await urlOf({
      inputUrlOf: async () => "https://host.example/",
      storage: {
        ...memoryStorage(),
        signedUrl: async (key, { expiresAt }) => `https://storage.example/${key}?${expiresAt}`,
      },
    });
    expect(url).toBe(`https://storage.example/${storageKey}?${now + 3_600_000}`);
  });

  it("is the server's if the storage signs none", async () => {
    const { url } = await urlOf({
      inputUrlOf: async () => "https://host.example/",
      storage: { ...memoryStorage(), signedUrl: async () => null },
    });
    expect(url).toBe("https://host.example/");
  });

  it.each(["the server", "the storage"])("is null if no vendor can reach the URL of %s", async (signer) => {
    const checked: string[] = [];
    const local = async () => "http://localhost:3000/image";
    const { url } = await urlOf({
      inputUrlOf: local,
      ...(signer === "the storage" && { storage: { ...memoryStorage(), signedUrl: local } }),
      isPublicUrl: (text) => {
        checked.push(text);
        return false;
      },
    });
    expect([url, checked]).toEqual([null, ["http://localhost:3000/image"]]);
  });
});
