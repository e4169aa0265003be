import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { copiedBytes } from "../../../../testing/fakes/copied-bytes.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { CopyOutcome, MediaCopier } from "../../ports/media-copier.js";
import type { ProviderOutput } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const link = (name: string): ProviderOutput => ({ url: `https://files.vendor.example/${name}` });

/** A copier that tracks which of its copies are still open. */
function countingCopier(bytes: Uint8Array, whenCopied = async (): Promise<void> => {}) {
  const open = new Set<number>();
  let copies = 0;
  const copier: MediaCopier = {
    async copy(): Promise<CopyOutcome> {
      copies += 1;
      const copy = copies;
      await whenCopied();
      open.add(copy);
      return copiedBytes(bytes, { close: async () => void open.delete(copy) });
    },
  };
  return { copier, open, copies: () => copies };
}

/** A storage that rejects the first puts, and records the number of open copies at each put. */
function refusing(times: number, open: ReadonlySet<number>) {
  const storage = memoryStorage();
  const seen: number[] = [];
  const put: Storage["put"] = async (...object) => {
    seen.push(open.size);
    if (seen.length <= times) throw new Error("the disk is full");
    await storage.put(...object);
  };
  return { storage: { ...storage, put }, seen };
}

const ways = [
  ["polls for", (outputs: readonly ProviderOutput[]) => scriptedProvider({ poll: [{ type: "done", outputs }] })],
  [
    "receives",
    (outputs: readonly ProviderOutput[]) =>
      scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs }] }),
  ],
] as const;

describe.each(ways)("the copies of a worker that %s links", (how, providerOf) => {
  it("are closed after they are stored", async () => {
    const { copier, open } = countingCopier(tinyPng());
    const { storage, seen } = refusing(0, open);
    await bench({ provider: providerOf([link("one"), link("two")]), worker: { copier, storage } }, async (given) => {
      expect(await given.runTo(await given.submit({ requestedOutputs: 2 }))).toMatchObject({ state: "completed" });
      // Bytes that exist nowhere else are held until all of them are stored.
      expect(seen).toEqual(how === "polls for" ? [1, 1] : [1, 2]);
      expect([...open]).toEqual([]);
    })();
  });

  it.each([
    ["not an image", new TextEncoder().encode("<html>"), {}],
    ["larger than `maxOutputBytes`", tinyPng(), { maxOutputBytes: 10 }],
  ])("are closed if they are %s", async (_case, bytes, limits) => {
    const { copier, copies, open } = countingCopier(bytes);
    await bench({ provider: providerOf([link("one")]), worker: { copier, ...limits } }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "failed" });
      expect(copies()).toBeGreaterThan(0);
      expect([...open]).toEqual([]);
    })();
  });

  it("are closed after the last try to store them, and copied again only by a worker that polls", async () => {
    const { copier, copies, open } = countingCopier(tinyPng());
    const { storage, seen } = refusing(2, open);
    await bench({ provider: providerOf([link("one")]), worker: { copier, storage } }, async (given) => {
      const ending = given.runTo(await given.submit());
      while (seen.length < 3) await given.clock.advance(1_000);
      expect(await ending).toMatchObject({ state: "completed" });
      expect(seen).toEqual([1, 1, 1]);
      expect(copies()).toBe(how === "polls for" ? 3 : 1);
      expect([...open]).toEqual([]);
    })();
  });
});

it("releases the file without the mark before the marked one is stored", async () => {
  const unmarked: WeakRef<Blob>[] = [];
  const copier: MediaCopier = {
    async copy() {
      const copied = copiedBytes(tinyPng());
      if (copied.type === "copied") unmarked.push(new WeakRef(copied.body));
      return copied;
    },
  };
  const storage = memoryStorage();
  const left: (Blob | undefined)[] = [];
  const put: Storage["put"] = async (...object) => {
    await setImmediate();
    setFlagsFromString("--expose-gc");
    runInNewContext("gc")();
    left.push(...unmarked.map((file) => file.deref()));
    await storage.put(...object);
  };
  const marking = { mark: async (file: Blob) => new Blob([await file.arrayBuffer()]), system: null };
  const provider = scriptedProvider({ poll: [{ type: "done", outputs: [link("one")] }] });
  await bench({ provider, worker: { copier, marking, storage: { ...storage, put } } }, async (given) => {
    expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed" });
    expect(left).toEqual([undefined]);
  })();
});

describe("a worker whose storage hangs", () => {
  it("aborts the put before it closes the bytes", async () => {
    const abortedAtClose: (boolean | undefined)[] = [];
    let signal: AbortSignal | undefined;
    const copier: MediaCopier = {
      copy: async () => copiedBytes(tinyPng(), { close: async () => void abortedAtClose.push(signal?.aborted) }),
    };
    const storage = memoryStorage();
    let puts = 0;
    const put: Storage["put"] = async (key, body, options) => {
      puts += 1;
      ({ signal } = options);
      // The first put ignores its abort signal.
      if (puts === 1) await new Promise(() => {});
      await storage.put(key, body, options);
    };
    const worker = { copier, storage: { ...storage, put }, leaseMs: 600_000 };
    const provider = scriptedProvider({ poll: [{ type: "done", outputs: [link("one")] }] });
    await bench({ provider, worker }, async (given) => {
      const ending = given.runTo(await given.submit());
      while (puts === 0) await given.clock.advance(100);
      expect(signal?.aborted).toBe(false);
      while (puts === 1) await given.clock.advance(10_000);
      expect(await ending).toMatchObject({ state: "completed" });
      expect(abortedAtClose).toEqual([true, false]);
    })();
  });
});

describe("a copy that finishes after its timeout", () => {
  it("is closed", async () => {
    let finishCopy = (): void => undefined;
    const copied = new Promise<void>((resolve) => {
      finishCopy = resolve;
    });
    const { copier, copies, open } = countingCopier(tinyPng(), () => copied);
    const provider = scriptedProvider({ poll: [{ type: "done", outputs: [link("one")] }] });
    await bench({ provider, worker: { copier, leaseMs: 600_000 } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      const step = given.nextStep();
      while (copies() === 0) await given.clock.advance(100);
      await given.clock.advance(120_000);
      await step;
      expect(await given.generation(id)).toMatchObject({ state: "storing" });
      finishCopy();
      await given.runTo(id);
      expect(await given.generation(id)).toMatchObject({ state: "completed" });
      expect([...open]).toEqual([]);
    })();
  });
});
