import { randomUUID } from "node:crypto";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import type { SubmitCommand } from "../../packages/server/src/lib/ports/store/submit-commands.js";
import { Scenario } from "../../packages/server/testing/store-contract/scenario.js";
import { auditCluster } from "../cluster/audit-cluster.js";
import { Cluster } from "../cluster/cluster.js";
import { pause } from "../cluster/pause.js";
import { openStore } from "../ground/open-store.js";
import type { GroundSource } from "../ground/proving-ground.js";

const hourMs = 3_600_000;
/** Far below the times by which the clocks are wrong. */
const maxSilenceMs = 120_000;

const leaseMs = 10_000;

/** Options of a run: real processes on one database, one of them with a wrong clock. */
export interface WrongClocks {
  /** The bundled `killable-process.ts`. */
  readonly script: string;
  readonly ground: GroundSource;
  readonly generations: number;
}

/** Result of one run. */
export interface WrongClockReport {
  readonly generations: number;
  readonly violations: readonly string[];
}

/** One of three processes is permanently one hour ahead: no generation fails. */
export function oneAhead({ generations, ...given }: WrongClocks): Promise<WrongClockReport> {
  return onCluster("one of three ahead by an hour", {
    ...given,
    play: async (cluster) => {
      const members = [null, null, hourMs].map((aheadMs) => cluster.spawn(null, { killAtPass: 1, aheadMs }));
      await Promise.all(members.map(({ isReady }) => isReady));
      const [first] = members;
      for (let submitted = 0; submitted < generations; submitted += 1) {
        const member = members[submitted % members.length] ?? first;
        if (member !== undefined) cluster.submitThrough(member);
        await pause(5);
      }
      if (first !== undefined) await cluster.submitPending(first);
    },
  });
}

/** The clock of the only process jumps ahead by an hour, and back some seconds later, while it works. */
export function jumpAndBack({ generations, ...given }: WrongClocks): Promise<WrongClockReport> {
  return onCluster("a jump by an hour and back", {
    ...given,
    play: async (cluster) => {
      const member = cluster.spawn(null, { killAtPass: 1, aheadMs: 0 });
      await member.isReady;
      for (let submitted = 0; submitted < generations; submitted += 1) {
        if (submitted === Math.floor(generations / 3)) member.send({ type: "set_clock", aheadMs: hourMs });
        if (submitted === Math.floor((2 * generations) / 3)) member.send({ type: "set_clock", aheadMs: 0 });
        cluster.submitThrough(member);
        await pause(20);
      }
      await cluster.submitPending(member);
    },
  });
}

/** Submits arrive through a process one day ahead, then through a correct one: none waits, no owner is locked out. */
export function submitsAhead({ generations, ...given }: WrongClocks): Promise<WrongClockReport> {
  return onCluster("submits through a process ahead by a day", {
    ...given,
    play: async (cluster) => {
      const ahead = openStore(cluster.databaseUrl, { now: () => Date.now() + 24 * hourMs });
      for (let submitted = 0; submitted < generations; submitted += 1) await submit(ahead);
      await ahead.close();
      const verdict = await submit(cluster.store);
      if (verdict !== "accepted") cluster.violations.push(`after submits with a clock ahead, a submit got ${verdict}`);
      await cluster.spawn().isReady;
    },
  });
}

/** A process that is eight days ahead works alone, after one with the correct time: it deletes no idempotency key. */
export function aheadAlone({ generations, ...given }: WrongClocks): Promise<WrongClockReport> {
  return onCluster("one process eight days ahead", {
    ...given,
    play: async (cluster) => {
      const idempotencyKey = { keyHash: randomUUID(), fingerprint: "", keepMs: 7 * 24 * hourMs };
      await submit(cluster.store, idempotencyKey);
      const right = cluster.spawn();
      await right.isReady;
      for (let submitted = 0; submitted < 10; submitted += 1) await submit(cluster.store);
      while ((await cluster.store.nextDueInMs({ models: ["demo"], topics: [] })) !== null) await pause(100);
      right.child.kill("SIGKILL");
      await right.ended;

      const ahead = cluster.spawn(null, { killAtPass: 1, aheadMs: 8 * 24 * hourMs });
      await ahead.isReady;
      // Longer than the clock's warm-up, which is half a lease.
      for (let sinceMs = performance.now(); performance.now() - sinceMs < leaseMs; ) {
        if (cluster.acknowledged.size < generations) cluster.submitThrough(ahead);
        await pause(100);
      }
      await cluster.submitPending(ahead);
      const store = openStore(cluster.databaseUrl, {
        now: () => Date.now() + 8 * 24 * hourMs,
        monotonicNow: () => performance.now(),
      });
      const verdict = await submit(store, idempotencyKey);
      await store.close();
      if (verdict !== "replayed") cluster.violations.push(`a repeated submit with the same key got ${verdict}`);
    },
  });
}

/** Submits for free, for an owner of its own: the cluster's owners get larger grants when they first submit. */
async function submit(store: Store, idempotencyKey: SubmitCommand["idempotencyKey"] = null): Promise<string> {
  const id = `gen_${randomUUID()}`;
  const rate: SubmitCommand["limits"]["rate"] = { requests: 1_000, perMs: 60_000 };
  const limits = { maxActive: null, rate, refunds: null };
  const scenario = new Scenario(store);
  const verdict = await scenario.submit({
    id,
    ownerId: "dan",
    accountId: "dan",
    scope: id,
    storagePrefix: randomUUID(),
    credits: 0,
    limits,
    idempotencyKey,
  });
  return verdict.type;
}

async function onCluster(
  name: string,
  { play, ...given }: Omit<WrongClocks, "generations"> & { readonly play: (cluster: Cluster) => Promise<void> },
): Promise<WrongClockReport> {
  const cluster = await Cluster.open({ ...given, leaseMs, jobMs: 300 });
  try {
    await play(cluster);
    const { completed, generations, violations } = await auditCluster(cluster, maxSilenceMs);
    const list = violations.map((violation) => `${name}: ${violation}`);
    if (completed < generations) list.push(`${name}: ${generations - completed} of ${generations} did not complete`);
    return { generations, violations: list };
  } finally {
    await cluster.close();
  }
}
