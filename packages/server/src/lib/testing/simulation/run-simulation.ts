import { embeddedDispatcher } from "../../dispatcher/embedded-dispatcher.js";
import { isTerminalState } from "../../generation/generation-state.js";
import { defineModel } from "../../model/define-model.js";
import type { Storage } from "../../ports/storage.js";
import type { Store } from "../../ports/store.js";
import { outboxTopics } from "../../worker/drain-outbox.js";
import { deterministicIds } from "../deterministic-ids.js";
import { fakeClock } from "../fake-clock.js";
import { Scenario } from "../store-contract/scenario.js";
import { SeededRandom } from "./seeded-random.js";
import { SimulatedProcess } from "./simulated-process.js";
import { type VendorFaults, VirtualVendor } from "./virtual-vendor.js";

/** What a run is made of. */
export interface SimulationOptions {
  readonly seed: number;
  /** A fresh store on a file of its own, whose time is `now()`. */
  readonly createStore: (now: () => number) => Promise<Store>;
  readonly createStorage: () => Storage;
  /** How many things happen before the faults stop and everything must come to its end. */
  readonly steps: number;
}

/** What a run found. `violations` is empty when every promise held. */
export interface SimulationReport {
  readonly generations: number;
  readonly kills: number;
  readonly cancels: number;
  readonly violations: readonly string[];
}

const owners = ["ada", "bob", "cyd"] as const;
const leaseMs = 5_000;
const deadlineMs = 900_000;
/** After the faults: longer than any deadline and grace. */
const lastHoursMs = 4 * 3_600_000;

/**
 * Plays one random history on a virtual clock and a real database: owners submit and cancel, workers die at random
 * points and come back, the vendor refuses, loses and fails. Then the faults stop, and the promises are checked.
 */
export async function runSimulation(options: SimulationOptions): Promise<SimulationReport> {
  const random = new SeededRandom(options.seed);
  const clock = fakeClock();
  const store = await options.createStore(() => clock.now());
  await store.migrate();
  const storage = options.createStorage();
  const ids = deterministicIds(`seed-${options.seed}`);
  const faults = mutable(randomFaults(random));
  const vendor = new VirtualVendor(random, () => clock.now(), faults);
  const scenario = new Scenario(store);
  const dispatcher = embeddedDispatcher(store);
  const acknowledged = new Map<string, string>();
  const versions = new Map<string, number>();
  const violations: string[] = [];
  let kills = 0;
  let cancels = 0;
  let deadliness = random.next() * 0.25;

  const start = () => {
    const process = new SimulatedProcess({
      store,
      storage,
      models: (atAcceptance) => ({
        demo: defineModel({ provider: vendor.provider(atAcceptance), input: anything, credits: 4, deadlineMs }),
      }),
      clock,
      dispatcher,
      random: random.next,
      createToken: ids.createToken,
      leaseMs,
      diesAt: () => random.chance(deadliness),
    });
    process.worker.start();
    return process;
  };
  const processes = Array.from({ length: random.between(1, 4) }, start);

  const submit = async () => {
    const ownerId = random.pick(owners);
    const verdict = await scenario.submit({ ownerId, deadlineMs, initialGrant: 60 });
    if (verdict.type !== "accepted") return;
    acknowledged.set(verdict.generation.id, ownerId);
    dispatcher.enqueue({ generationId: verdict.generation.id, dueInMs: 0 });
  };
  const cancel = async () => {
    const [id, ownerId] = random.pick([["none", "none"], ...acknowledged]);
    if ((await store.requestCancel({ ownerId, id }))?.applied !== true) return;
    cancels += 1;
    dispatcher.enqueue({ generationId: id, dueInMs: 0 });
  };
  const look = async () => {
    for (const [id, ownerId] of acknowledged) {
      const generation = await store.get({ ownerId, id });
      if (generation === null) violations.push(`${id} was lost`);
      const before = versions.get(id) ?? 0;
      if (generation !== null && generation.version < before) violations.push(`${id} went back in version`);
      versions.set(id, generation?.version ?? before);
    }
  };

  for (let step = 0; step < options.steps; step += 1) {
    const act = random.next();
    if (act < 0.3) await submit();
    else if (act < 0.36) await cancel();
    else if (act < 0.44) random.pick([processes[0] as SimulatedProcess, ...processes]).kill();
    else if (act < 0.48) await look();
    else if (act < 0.53) random.pick([processes[0] as SimulatedProcess, ...processes]).freeze();
    else if (act < 0.56) for (const process of processes) process.thaw();
    else await clock.advance(random.between(1, 8_000));
    for (const [index, process] of processes.entries()) {
      if (process.isAlive) continue;
      kills += 1;
      processes[index] = start();
    }
  }

  deadliness = 0;
  Object.assign(faults, noFaults);
  for (const process of processes) process.thaw();
  for (const [index, process] of processes.entries()) if (!process.isAlive) processes[index] = start();
  for (let waited = 0; waited < lastHoursMs && !(await isAtRest(store)); waited += 10_000) await clock.advance(10_000);
  await look();

  for (const [id, ownerId] of acknowledged) {
    const generation = await store.get({ ownerId, id });
    if (generation === null || !isTerminalState(generation.state)) {
      violations.push(`${id} has not ended but is ${generation?.state}`);
      continue;
    }
    const paid = vendor.paidFor(id);
    if (paid > 1 + vendor.excusedFor(id)) violations.push(`${id} was paid for ${paid} times`);
    if (generation.state === "completed" && paid === 0) violations.push(`${id} completed without a job`);
  }
  for (const [token, count] of vendor.arrivals) {
    if (count > 1) violations.push(`the request of ${token} was sent ${count} times`);
  }
  for (const { check, subject, detail } of await store.audit()) violations.push(`${check}: ${subject} (${detail})`);
  for (const process of processes) process.kill();
  await store.close();
  return { generations: acknowledged.size, kills, cancels, violations };
}

async function isAtRest(store: Store): Promise<boolean> {
  return (await store.nextDueInMs({ models: ["demo"], topics: outboxTopics })) === null;
}

const noFaults: VendorFaults = {
  throttled: 0,
  refused: 0,
  requestLost: 0,
  replyLost: 0,
  unreachable: 0,
  fails: 0,
  lookupBlind: 0,
};

function randomFaults(random: SeededRandom): VendorFaults {
  const upTo = (most: number) => random.next() * most;
  return {
    throttled: upTo(0.3),
    refused: upTo(0.1),
    requestLost: upTo(0.2),
    replyLost: upTo(0.3),
    unreachable: upTo(0.3),
    fails: upTo(0.3),
    lookupBlind: upTo(0.8),
  };
}

function mutable(faults: VendorFaults): { -readonly [Name in keyof VendorFaults]: number } {
  return { ...faults };
}

/** A schema that takes what it is given. */
const anything = {
  "~standard": { version: 1, vendor: "safelight", validate: (value: unknown) => ({ value }) },
} as const;
