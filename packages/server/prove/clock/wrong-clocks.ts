import { randomUUID } from "node:crypto";
import type { Store } from "../../src/lib/ports/store/store.js";
import type { SubmitCommand } from "../../src/lib/ports/store/store-commands.js";
import { libsqlStore } from "../../src/lib/store/libsql/libsql-store.js";
import { Scenario } from "../../src/lib/testing/store-contract/scenario.js";
import { Colony } from "../colony/colony.js";
import { pause } from "../colony/pause.js";
import { takeStock } from "../colony/take-stock.js";

const hourMs = 3_600_000;
/** Far below the times by which the clocks are wrong. */
const endsWithinMs = 120_000;

const leaseMs = 10_000;

/** Real processes on one file, of which one has a wrong clock. */
export interface WrongClocks {
  /** The bundled `victim.ts`. */
  readonly script: string;
  readonly generations: number;
}

/** The number of generations, how many did not complete, and which owner was refused. */
export interface WrongClockReport {
  readonly generations: number;
  readonly violations: readonly string[];
}

/** One of three processes is ahead by an hour for good: nothing fails for that. */
export function oneAhead({ generations, script }: WrongClocks): Promise<WrongClockReport> {
  return onColony("one of three ahead by an hour", script, async (colony) => {
    const victims = [null, null, hourMs].map((aheadMs) => colony.spawn(null, 1, aheadMs));
    await Promise.all(victims.map(({ isReady }) => isReady));
    const [first] = victims;
    for (let submitted = 0; submitted < generations; submitted += 1) {
      const victim = victims[submitted % victims.length] ?? first;
      if (victim !== undefined) colony.submitThrough(victim);
      await pause(5);
    }
    if (first !== undefined) await colony.answerEverything(first);
  });
}

/** The clock of the only process jumps by an hour, and back after some seconds, while it works. */
export function jumpAndBack({ generations, script }: WrongClocks): Promise<WrongClockReport> {
  return onColony("a jump by an hour and back", script, async (colony) => {
    const victim = colony.spawn(null, 1, 0);
    await victim.isReady;
    for (let submitted = 0; submitted < generations; submitted += 1) {
      if (submitted === Math.floor(generations / 3)) victim.ask({ type: "set_clock", aheadMs: hourMs });
      if (submitted === Math.floor((2 * generations) / 3)) victim.ask({ type: "set_clock", aheadMs: 0 });
      colony.submitThrough(victim);
      await pause(20);
    }
    await colony.answerEverything(victim);
  });
}

/** Submits come through a process that is ahead by a day, and then right: they do not wait, and no owner is locked out. */
export function submitsAhead({ generations, script }: WrongClocks): Promise<WrongClockReport> {
  return onColony("submits through a process ahead by a day", script, async (colony) => {
    const ahead = libsqlStore({ url: colony.databaseUrl, now: () => Date.now() + 24 * hourMs });
    for (let submitted = 0; submitted < generations; submitted += 1) await submit(ahead);
    await ahead.close();
    const verdict = await submit(colony.store);
    if (verdict !== "accepted")
      colony.violations.push(`after a clock that was ahead, a submit was answered: ${verdict}`);
    await colony.spawn().isReady;
  });
}

/** A process that is ahead by eight days works alone, after one with the right time: it forgets no idempotency key. */
export function aheadAlone({ generations, script }: WrongClocks): Promise<WrongClockReport> {
  return onColony("a process alone and ahead by eight days", script, async (colony) => {
    const submission = { keyHash: randomUUID(), fingerprint: "", keepMs: 7 * 24 * hourMs };
    await submit(colony.store, submission);
    const right = colony.spawn();
    await right.isReady;
    for (let submitted = 0; submitted < 10; submitted += 1) await submit(colony.store);
    while ((await colony.store.nextDueInMs({ models: ["demo"], topics: [] })) !== null) await pause(100);
    right.child.kill("SIGKILL");
    await right.ended;

    const ahead = colony.spawn(null, 1, 8 * 24 * hourMs);
    await ahead.isReady;
    // Beyond the warm-up, which is half a lease.
    for (let sinceMs = performance.now(); performance.now() - sinceMs < leaseMs; ) {
      if (colony.acknowledged.size < generations) colony.submitThrough(ahead);
      await pause(100);
    }
    await colony.answerEverything(ahead);
    const store = libsqlStore({
      url: colony.databaseUrl,
      now: () => Date.now() + 8 * 24 * hourMs,
      monotonicNow: () => performance.now(),
    });
    const verdict = await submit(store, submission);
    await store.close();
    if (verdict !== "replayed") colony.violations.push(`a submit was repeated with its key, and answered: ${verdict}`);
  });
}

async function submit(store: Store, submission: SubmitCommand["submission"] = null): Promise<string> {
  const id = `gen_${randomUUID()}`;
  const rate: SubmitCommand["limits"]["rate"] = { requests: 1_000, perMs: 60_000 };
  const limits = { maxActive: null, rate, refunds: null };
  const scenario = new Scenario(store);
  const verdict = await scenario.submit({ id, scope: id, storagePrefix: randomUUID(), credits: 0, limits, submission });
  return verdict.type;
}

async function onColony(
  name: string,
  script: string,
  play: (colony: Colony) => Promise<void>,
): Promise<WrongClockReport> {
  const colony = await Colony.open({ script, leaseMs, jobMs: 300 });
  try {
    await play(colony);
    const { completed, generations, violations } = await takeStock(colony, endsWithinMs);
    const list = violations.map((violation) => `${name}: ${violation}`);
    if (completed < generations) list.push(`${name}: ${generations - completed} of ${generations} did not complete`);
    return { generations, violations: list };
  } finally {
    await colony.close();
  }
}
