import { describe, expect, it } from "vitest";
import { accepted, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { putBytes } from "../../../../testing/put-bytes.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { SubmitRequest } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import type { WorkerDeps } from "../context/worker-deps.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const image = "inp_01900000-0000-7000-8000-000000000001";
const free = { credits: 0, limits: { rate: null, refunds: null, maxActive: null }, gate: "scripted" };

/** A provider that reads the image before each request, and lets one start each second. */
function spaced() {
  const submit = async ({ files, token }: SubmitRequest<unknown>) => {
    await files.read(image);
    return accepted({ job: token });
  };
  return { ...scriptedProvider({ submit: [submit] }), limits: { rate: { requests: 10, perMs: 10_000 } } };
}

/** A database and a storage that do not respond until five seconds after their creation. */
function stalls({ clock, storage, store }: WorkerBench) {
  const endsAt = clock.now() + 5_000;
  const stall = () => new Promise<void>((resolve) => clock.setTimer(Math.max(endsAt - clock.now(), 0), resolve));
  const after = <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      await stall();
      return call(...args);
    };
  };
  return {
    database: { store: { ...store, recordIntent: after(store.recordIntent) } },
    storage: { storage: { ...storage, get: after(storage.get) } },
  } as const satisfies Record<string, Partial<WorkerDeps>>;
}

describe("starts of attempts that a stall has delayed", () => {
  it.each(["database", "storage"] as const)("are spaced again after a stall of the %s, without an attempt", (stalled) =>
    bench({ provider: spaced() }, async (given) => {
      await putBytes(given.storage, "image/0-abc", tinyPng(7));
      const facts = {
        contentType: "image/png",
        byteLength: tinyPng().byteLength,
        sha256: "abc",
        width: 1,
        height: 1,
        durationMs: null,
      };
      await given.store.recordInput({ id: image, ownerId: "ada", storageKey: "image/0-abc", ...facts, rate: null });
      const ids: string[] = [];
      for (let count = 0; count < 6; count += 1) ids.push(await given.submit({ ...free, parsedInput: { image } }));
      const sentAt: number[] = [];
      const onCrashPoint = (point: string) => {
        if (point === "P7") sentAt.push(given.clock.now());
      };
      given.addWorker({ ...stalls(given)[stalled], onCrashPoint }).start();
      await given.clock.advance(30_000);
      expect(sentAt).toHaveLength(6);
      // Each request follows its count within a second, so two may be sent at once.
      const gaps = sentAt.slice(2).map((at, index) => at - (sentAt[index] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
      for (const id of ids) expect(await given.generation(id)).toMatchObject({ state: "completed", attempts: 1 });
    })(),
  );

  it("need no further command without a stall", async () => {
    await bench({ provider: spaced() }, async (given) => {
      await putBytes(given.storage, "image/0-abc", tinyPng(7));
      const facts = {
        contentType: "image/png",
        byteLength: tinyPng().byteLength,
        sha256: "abc",
        width: 1,
        height: 1,
        durationMs: null,
      };
      await given.store.recordInput({ id: image, ownerId: "ada", storageKey: "image/0-abc", ...facts, rate: null });
      const id = await given.submit({ ...free, parsedInput: { image } });
      let reserved = 0;
      const reserveStart: typeof given.store.reserveStart = (command) => {
        reserved += 1;
        return given.store.reserveStart(command);
      };
      given.addWorker({ store: { ...given.store, reserveStart } }).start();
      await given.clock.advance(10_000);
      expect(await given.generation(id)).toMatchObject({ state: "completed" });
      expect(reserved).toBe(0);
    })();
  });
});
