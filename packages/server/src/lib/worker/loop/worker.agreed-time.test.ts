import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { wakeable } from "../../../../testing/fakes/wakeable.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { Store } from "../../ports/store/store.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import type { WorkerDeps } from "../context/worker-deps.js";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const limits = { rate: null, refunds: null, maxActive: null };

let path = "";
const bench = workerBench({
  openStore: (file, now) => {
    path = file;
    return libsqlStore({ url: `file:${file}`, now, synchronous: "normal" });
  },
  createStorage: memoryStorage,
});

/** A process with a worker on the bench's database. It knows of earlier processes only from the rows. */
class HostProcess {
  readonly store: Store;
  readonly #given: WorkerBench;
  readonly #change: Partial<WorkerDeps>;
  /** How far its wall clock is ahead; its monotonic clock is right. */
  aheadMs: number;

  constructor(
    given: WorkerBench,
    { aheadMs = 0, ...change }: { readonly aheadMs?: number } & Partial<WorkerDeps> = {},
  ) {
    this.#given = given;
    this.#change = change;
    this.aheadMs = aheadMs;
    const startedAt = given.clock.now();
    this.store = libsqlStore({
      url: `file:${path}`,
      now: () => given.clock.now() + this.aheadMs,
      monotonicNow: () => given.clock.now() - startedAt,
      synchronous: "normal",
    });
  }

  /** Runs a worker for some time, and ends the process. */
  async run(forMs: number, act: (wake: () => void) => Promise<void> = async () => {}): Promise<void> {
    const { dispatcher, wake } = wakeable();
    const worker = this.#addWorker({ dispatcher });
    worker.start();
    await act(wake);
    for (let leftMs = forMs; leftMs > 0; leftMs -= 1_000) await this.#given.clock.advance(Math.min(leftMs, 1_000));
    await worker.stop();
    await this.store.close();
  }

  /** Runs one tick, and ends the process. */
  async tick(): Promise<void> {
    await this.#addWorker({}).tick();
    await this.store.close();
  }

  #addWorker(change: Partial<WorkerDeps>) {
    const clock = { ...this.#given.clock, now: () => this.#given.clock.now() + this.aheadMs };
    return this.#given.addWorker({ store: this.store, clock, ...this.#change, ...change });
  }
}

/** Ticks of one process each. */
async function ticks(given: WorkerBench, { count, everyMs }: { readonly count: number; readonly everyMs: number }) {
  for (let number = 0; number < count; number += 1) {
    await new HostProcess(given, keepsWeek).tick();
    given.clock.skip(everyMs);
  }
}

let ids = 0;
function nextId(): string {
  ids += 1;
  return `gen_00000000-0000-7000-8000-2${String(ids).padStart(11, "0")}`;
}

const submit = (store: Store, change: Parameters<Scenario["accepted"]>[0] = {}): Promise<string> => {
  const id = nextId();
  return new Scenario(store).accepted({ id, storagePrefix: id, credits: 0, limits, ...change });
};

const keepsWeek = { keepGenerationsMs: 7 * dayMs };
const isThere = async (given: WorkerBench, id: string) => (await given.store.get({ ownerId: "ada", id })) !== null;
const isKeyKnown = async (store: Store) => (await store.findSubmission({ ownerId: "ada", keyHash: "old" })) !== null;
const idempotencyKey = { keyHash: "old", fingerprint: "", keepMs: 7 * dayMs };
const provider = () => scriptedProvider({ poll: [done()] });
const hanging = () => scriptedProvider({ poll: [{ type: "running", progress: null, pollAfterMs: 10_000 }] });

describe("a process that starts after another one's clock jumped forward", { timeout: 60_000 }, () => {
  it.each([
    ["with the time after the jump", 0],
    ["with the time before the jump", -hourMs],
  ])("completes generations that were submitted during the correction (%s)", (_, aheadMs) =>
    bench({ provider: provider() }, async (given) => {
      const slow = new HostProcess(given, { aheadMs: -hourMs });
      const list: string[] = [];
      await slow.run(10_000, async (wake) => {
        list.push(await submit(slow.store));
        wake();
        await given.clock.advance(2_000);
        // A generation of another model keeps the worker from adopting the new time at once.
        await submit(slow.store, { model: "other" });
        wake();
        await given.clock.advance(1_000);
        slow.aheadMs = 0;
        wake();
        await given.clock.advance(2_000);
        list.push(await submit(slow.store, { model: "demo" }));
      });
      const web = new HostProcess(given, { aheadMs: -hourMs });
      list.push(await submit(web.store));
      await web.store.close();
      await new HostProcess(given, { aheadMs }).run(minuteMs);
      const states = await Promise.all(list.map(async (id) => (await given.generation(id)).state));
      expect(states).toEqual(["completed", "completed", "completed"]);
    })(),
  );
});

describe("a process that starts days ahead on an idle database", { timeout: 60_000 }, () => {
  /** A completed generation with a key, and a process that ran until now. */
  async function oldGeneration(given: WorkerBench): Promise<string> {
    const id = await submit(given.store, { idempotencyKey });
    await new HostProcess(given, keepsWeek).run(2 * minuteMs);
    return id;
  }

  it.each([1, 3])("keeps content and idempotency keys, also after %i starts", (starts) =>
    bench({ provider: provider() }, async (given) => {
      const id = await oldGeneration(given);
      for (let start = 0; start < starts; start += 1) {
        const ahead = new HostProcess(given, { ...keepsWeek, aheadMs: 8 * dayMs });
        await ahead.run(2 * minuteMs, async (wake) => {
          const command = { credits: 0, limits, idempotencyKey };
          expect((await new Scenario(ahead.store).submit({ id: nextId(), ...command })).type).toBe("replayed");
          for (let count = 0; count < 3; count += 1) await submit(ahead.store);
          wake();
        });
      }
      expect([await isThere(given, id), await isKeyKnown(given.store)]).toEqual([true, true]);
    })(),
  );

  it("keeps webhook deliveries, so that a repeated one is a duplicate", () =>
    bench({ provider: hanging() }, async (given) => {
      const scenario = new Scenario(given.store);
      const claim = await scenario.claimOne(await submit(given.store));
      await scenario.intent(claim);
      const delivery = { generationId: claim.generation.id, attempt: 1, operationHint: null };
      const record = (store: Store, deliveryId: string) => store.recordWebhook({ ...delivery, deliveryId });
      expect(await record(given.store, "first")).toBe("recorded");
      await new HostProcess(given).run(minuteMs);
      const ahead = new HostProcess(given, { aheadMs: 2 * dayMs });
      expect(await record(ahead.store, "second")).toBe("recorded");
      await ahead.store.close();
      expect(await record(given.store, "first")).toBe("duplicate");
    })());

  it("deletes both after the retention time of processes that agree on the time", () =>
    bench({ provider: provider() }, async (given) => {
      const id = await oldGeneration(given);
      await new HostProcess(given, { ...keepsWeek, aheadMs: 8 * dayMs }).run(2 * minuteMs);
      given.clock.skip(7 * dayMs - hourMs);
      for (let hours = 0; hours < 5; hours += 1) {
        const process = new HostProcess(given, keepsWeek);
        await submit(process.store);
        if (hours === 0) expect([await isThere(given, id), await isKeyKnown(process.store)]).toEqual([true, true]);
        await process.run(minuteMs);
        given.clock.skip(hourMs);
      }
      expect(await isThere(given, id)).toBe(false);
      const last = new HostProcess(given);
      expect(await isKeyKnown(last.store)).toBe(false);
      await last.store.close();
    })());
});

describe("a host that runs ticks in a process each", { timeout: 60_000 }, () => {
  it("ends an overdue generation within two ticks", () =>
    bench({ provider: hanging() }, async (given) => {
      const id = await submit(given.store, { deadlineMs: 5 * minuteMs });
      await ticks(given, { count: 5, everyMs: minuteMs });
      expect((await given.generation(id)).finishedAt).toBeNull();
      await ticks(given, { count: 3, everyMs: minuteMs });
      expect((await given.generation(id)).failureCode).toBe("deadline_exceeded");
    })());

  it("takes over from a tick that crashed, also when the next one runs much later", () =>
    bench({ provider: provider() }, async (given) => {
      const id = await submit(given.store, { deadlineMs: dayMs });
      const crashed = new HostProcess(given);
      expect(await new Scenario(crashed.store).claim(1)).toHaveLength(1);
      await crashed.store.close();
      given.clock.skip(10 * minuteMs);
      await ticks(given, { count: 4, everyMs: 10 * minuteMs });
      expect((await given.generation(id)).state).toBe("completed");
    })());

  it("ends no generation early when one tick is an hour ahead", () =>
    bench({ provider: hanging() }, async (given) => {
      await ticks(given, { count: 3, everyMs: minuteMs });
      const id = await submit(given.store, { deadlineMs: 10 * minuteMs });
      for (let minute = 0; minute < 4; minute += 1) {
        await new HostProcess(given, { aheadMs: minute % 2 === 0 ? hourMs : 0 }).tick();
        given.clock.skip(minuteMs);
      }
      expect((await given.generation(id)).finishedAt).toBeNull();
    })());

  it("deletes content after its retention time", () =>
    bench({ provider: provider() }, async (given) => {
      const id = await submit(given.store, { deadlineMs: dayMs });
      await ticks(given, { count: 8 * 24, everyMs: hourMs });
      expect(await isThere(given, id)).toBe(false);
    })());
});
