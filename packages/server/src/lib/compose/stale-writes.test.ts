import { join } from "node:path";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { type FakeClock, fakeClock } from "../../../testing/fakes/fake-clock.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { tinyPng } from "../../../testing/tiny-png.js";
import { custom } from "../../custom.js";
import { createSafelight, defineModel, type OperationStatus, type Provider, type Store } from "../../index.js";
import { libsqlStore } from "../../libsql.js";
import { memoryStorage } from "../../memory-storage.js";

type Command = "recordIntent" | "recordProgress" | "recordOperation" | "recordResult" | "park" | "settle" | "renew";
type Input = { readonly prompt: string };

/** A store that pauses before it sends a command. */
interface PausedStore {
  readonly store: Store;
  readonly reached: Promise<unknown>;
  /** Resumes the process. */
  resume(): void;
  /** The outcome of the command in the store. */
  readonly verdict: Promise<unknown>;
}

/** A promise that the test resolves. */
function gate<Value>(): { readonly passed: Promise<Value>; readonly open: (value: Value) => void } {
  let open: (value: Value) => void = () => {};
  const passed = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** Wraps a store, so that it pauses before the first command of this name. */
function pauseBefore(store: Store, [name, to]: Race["stale"]): PausedStore {
  const reached = gate<void>();
  const resumed = gate<void>();
  const verdict = gate<unknown>();
  let isFirst = true;
  const send: (command: never) => Promise<unknown> = store[name];
  const pausing = async (command: never): Promise<unknown> => {
    if (!isFirst || (to !== undefined && Object(command).to !== to)) return send(command);
    isFirst = false;
    reached.open(undefined);
    await resumed.passed;
    const result = await send(command);
    verdict.open(result);
    return result;
  };
  return {
    store: { ...store, [name]: pausing },
    reached: reached.passed,
    resume: () => resumed.open(undefined),
    verdict: verdict.passed,
  };
}

/** A server whose store pauses before a command. */
type Process = PausedStore & { readonly safelight: { readonly worker: { tick(): Promise<number> } } };

const image = { bytes: tinyPng(1), contentType: "image/png" };
const done: OperationStatus = { type: "done", outputs: [image] };
const running = (progress: number): OperationStatus => ({ type: "running", progress });
const failure = (retryable: boolean): OperationStatus => ({
  type: "failed",
  failure: { code: "provider_error", message: "no", retryable },
});

/** A vendor with jobs, of which one process sees this status. */
const jobs = (poll: OperationStatus, change: { readonly isLost?: boolean; readonly canceled?: boolean } = {}) =>
  custom<Input>({
    id: "vendor",
    progress: true,
    start: async ({ token }) =>
      change.isLost ? { type: "unknown", reason: "cut" } : { type: "accepted", operation: token },
    poll: async () => poll,
    cancel: async () => (change.canceled ? "canceled" : "requested"),
    findByToken: async () => ({ type: "absent" }),
  });

/** A vendor that responds with the outputs in one blocking call. */
const blocking = () => custom<Input>({ id: "vendor", progress: true, run: async () => [image] });

/** A vendor that reports progress, and responds after the outcome of that write: an earlier one would end the race. */
const reporting = (verdict: Promise<unknown>) =>
  custom<Input>({
    id: "vendor",
    progress: true,
    run: async ({ onProgress }) => {
      onProgress({ progress: 0.9 });
      await verdict;
      return [image];
    },
  });

/** Both processes pause before such a command. The one of the first process is stale by then. */
interface Race {
  readonly stale: readonly [Command, to?: string];
  /** A function receives the outcome of the stale command as a promise. */
  readonly vendor: Provider<Input> | ((verdict: Promise<unknown>) => Provider<Input>);
  readonly next: readonly [Command, to?: string];
  readonly nextVendor: Provider<Input>;
  readonly isCanceled?: boolean;
  readonly putFails?: boolean;
  /** Whether the first process keeps retrying its bytes while the test advances the clock. */
  readonly retriesBytes?: boolean;
}

const races: Readonly<Record<string, Race>> = {
  "an intent": { stale: ["recordIntent"], vendor: jobs(done), next: ["recordIntent"], nextVendor: jobs(done) },
  progress: { stale: ["recordProgress"], vendor: reporting, next: ["recordResult"], nextVendor: blocking() },
  "an operation": { stale: ["recordOperation"], vendor: jobs(done), next: ["recordOperation"], nextVendor: jobs(done) },
  "a result that is announced": {
    stale: ["recordResult"],
    vendor: jobs(done),
    next: ["recordResult"],
    nextVendor: jobs(done),
  },
  "a result with its bytes": {
    stale: ["recordResult"],
    vendor: blocking(),
    next: ["recordResult"],
    nextVendor: blocking(),
  },
  "a result whose bytes are not stored yet": {
    stale: ["recordResult"],
    vendor: blocking(),
    next: ["park", "reconciling"],
    nextVendor: blocking(),
    putFails: true,
    retriesBytes: true,
  },
  "a park while the job runs": {
    stale: ["park", "running"],
    vendor: jobs(running(0.9)),
    next: ["park", "running"],
    nextVendor: jobs(running(0.1)),
  },
  "a park before another attempt": {
    stale: ["park", "retry_wait"],
    vendor: jobs(failure(true)),
    next: ["park", "running"],
    nextVendor: jobs(running(0.1)),
  },
  "a park with an unknown outcome": {
    stale: ["park", "reconciling"],
    vendor: jobs(done, { isLost: true }),
    next: ["recordOperation"],
    nextVendor: jobs(done),
  },
  "a park of what is stored": {
    stale: ["park", "storing"],
    vendor: jobs(done),
    next: ["park", "storing"],
    nextVendor: jobs(done),
    putFails: true,
  },
  "an end as completed": { stale: ["settle"], vendor: jobs(done), next: ["settle"], nextVendor: jobs(done) },
  "an end as failed": {
    stale: ["settle"],
    vendor: jobs(failure(false)),
    next: ["park", "running"],
    nextVendor: jobs(running(0.1)),
  },
  "an end as canceled": {
    stale: ["settle"],
    vendor: jobs(running(0.1), { canceled: true }),
    next: ["park", "running"],
    nextVendor: jobs(running(0.1)),
    isCanceled: true,
  },
};

const leaseMs = 30_000;

/** Two processes on one file: two servers with a store each, on one fake clock. */
async function twoProcesses(race: Race) {
  const folder = await tempFolder("stale");
  const url = `file:${join(folder, "test.db")}`;
  const clock = fakeClock();
  const storage = memoryStorage();
  let puts = 0;
  const put: typeof storage.put = async (...object) => {
    puts += 1;
    if (race.putFails === true && puts <= 2) throw new Error("no space left on device");
    return storage.put(...object);
  };
  const start = (vendor: Race["vendor"], command: Race["stale"]) => {
    const paused = pauseBefore(libsqlStore({ url, now: clock.now }), command);
    const provider = typeof vendor === "function" ? vendor(paused.verdict) : vendor;
    const safelight = createSafelight({
      store: paused.store,
      storage: { ...storage, put },
      identify: () => "ada",
      secret: "a secret that is long enough for tests",
      credits: { initialGrant: 100 },
      models: {
        demo: defineModel({
          provider,
          input: z.object({ prompt: z.string() }),
          credits: 4,
          resubmitUnknown: true,
        }),
      },
      worker: { leaseMs, reconcileForMs: 1_000 },
      clock,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    return { ...paused, safelight };
  };
  const first = start(race.vendor, race.stale);
  const second = start(race.nextVendor, race.next);
  const database = new Database(join(folder, "test.db"));
  onTestFinished(async () => {
    const closed = Promise.all([first.safelight.close(), second.safelight.close()]);
    await clock.advance(60_000);
    await closed;
    database.close();
  });
  const rows = (): unknown => {
    const read = (sql: string) => database.prepare(sql).all();
    return ["generations", "outputs", "ledger_entries", "accounts"].map((table) =>
      read(`SELECT * FROM safelight_${table}`),
    );
  };
  return { clock, first, second, rows };
}

/** Ticks until the process pauses, and waits for the step in which it pauses. */
async function tickThrough({ reached, safelight }: Process, clock: FakeClock): Promise<void> {
  for (let ticks = 0; ticks < 100; ticks += 1) {
    const step = safelight.worker.tick();
    const isPaused = await Promise.race([reached.then(() => true), step.then(() => false)]);
    if (isPaused) return void (await step);
    clock.skip(1_000);
  }
  throw new Error("The process did not reach the command.");
}

const ada = { ownerId: "ada" };

it.each(Object.entries(races))("%s of a worker with an expired lease changes nothing", async (_name, race) => {
  const { clock, first, second, rows } = await twoProcesses(race);
  const { generation } = await first.safelight.api.submit(ada, "demo", { prompt: "a cat" });
  if (race.isCanceled === true) {
    await first.safelight.worker.tick();
    await first.safelight.api.cancel(ada, generation.id);
  }
  const step = tickThrough(first, clock);
  await first.reached;
  clock.skip(leaseMs);
  const next = tickThrough(second, clock);
  await second.reached;

  const before = rows();
  first.resume();
  expect(await first.verdict).toEqual({ type: "lost" });
  if (race.retriesBytes !== true) await step;
  expect(rows()).toEqual(before);

  second.resume();
  expect(await second.verdict).toMatchObject({ type: "applied" });
  await next;
  if (race.retriesBytes === true) await clock.advance(60_000);
  await step;
  expect(await second.safelight.audit()).toEqual([]);
});

it("a stale renewal does not take the lease from the new worker", async () => {
  const hanging = custom<Input>({ id: "vendor", run: () => new Promise<never>(() => {}) });
  const { clock, first, second, rows } = await twoProcesses({
    stale: ["renew"],
    vendor: hanging,
    next: ["recordResult"],
    nextVendor: blocking(),
  });
  await first.safelight.api.submit(ada, "demo", { prompt: "a cat" });
  const step = first.safelight.worker.tick();
  await clock.advance(leaseMs / 3);
  await first.reached;
  clock.skip(leaseMs);
  const next = tickThrough(second, clock);
  await second.reached;
  // Without this, both leases would expire at the same time.
  clock.skip(5_000);
  const before = rows();
  first.resume();
  expect(await first.verdict).toBe(false);
  expect(rows()).toEqual(before);
  second.resume();
  await clock.advance(2_000);
  await Promise.all([step, next]);
  expect(await second.safelight.audit()).toEqual([]);
});
