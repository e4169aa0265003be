import { bundleScript } from "../bundle-script.js";
import { Colony } from "../colony/colony.js";
import { pause } from "../colony/pause.js";
import type { Proof } from "../proof.js";

/** Leases, how many workers die holding one of their generations each, and how late the next step may come. */
interface Trial {
  readonly leaseMs: number;
  readonly deaths: number;
  readonly targetMs: number;
}

const demo = { leaseMs: 3_000, targetMs: 5_000 };
const trials = {
  short: [{ ...demo, deaths: 1 }],
  long: [
    { ...demo, deaths: 25 },
    { leaseMs: 30_000, targetMs: 35_000, deaths: 8 },
  ],
} satisfies Record<string, readonly Trial[]>;
/** What a worker holds at once. */
const held = 8;
const atOnce = 8;

/** From a worker's death by SIGKILL to the next step of each generation that it held. */
export const recovery: Proof = {
  id: "I20",
  title: "a worker dies; the time to the next step of each generation it held (generations)",
  proves: ["I1", "I20"],
  async run({ scale, onProgress }) {
    const script = await bundleScript(new URL("../colony/victim.ts", import.meta.url));
    const violations: string[] = [];
    const figures: Record<string, string> = {};
    let runs = 0;
    let deaths = 0;
    for (const trial of trials[scale]) {
      const times: number[] = [];
      for (let left = trial.deaths; left > 0; left -= atOnce) {
        const colonies = Array.from({ length: Math.min(left, atOnce) }, () => recover(script.path, trial));
        for (const found of await Promise.all(colonies)) times.push(...found);
        onProgress?.(runs + times.length, runs + trial.deaths * held);
      }
      times.sort((one, other) => one - other);
      const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
      figures[`p50 and p99 at a lease of ${trial.leaseMs / 1_000} s`] = `${inSeconds(p50)}, ${inSeconds(p99)}`;
      if (p99 > trial.targetMs) violations.push(`p99 at a lease of ${trial.leaseMs} ms: ${inSeconds(p99)}`);
      if (times.length < trial.deaths * held) violations.push(`only ${times.length} generations were held`);
      runs += times.length;
      deaths += trial.deaths;
    }
    await script.remove();
    return { runs, faults: deaths, violations, figures };
  },
};

/** Lets one worker die, and another one of the same database take over. Gives the times in milliseconds. */
async function recover(script: string, { leaseMs, targetMs }: Trial): Promise<readonly number[]> {
  // No reply before the death: everything is held, in the middle of its paid request, while its lease is renewed.
  const colony = await Colony.open({ script, leaseMs, jobMs: 50, replyMs: () => 2 * leaseMs });
  const holder = colony.spawn();
  await holder.isReady;
  for (let count = 0; count < held; count += 1) colony.submitThrough(holder);
  while (colony.vendor.jobCount() < held) await pause(10);
  const heir = colony.spawn();
  await heir.isReady;
  // At another moment between two renewals each time.
  await pause((leaseMs / 3) * Math.random());

  holder.child.kill("SIGKILL");
  await holder.ended;
  const diedAt = performance.now();
  const waiting = new Map<string, { readonly ownerId: string; readonly epoch: number }>();
  for (const [id, ownerId] of colony.acknowledged) {
    const generation = await colony.store.get({ ownerId, id });
    if (generation !== null) waiting.set(id, { ownerId, epoch: generation.epoch });
  }
  const times: number[] = [];
  while (waiting.size > 0 && performance.now() - diedAt < 3 * targetMs) {
    for (const [id, { ownerId, epoch }] of waiting) {
      const generation = await colony.store.get({ ownerId, id });
      if (generation === null || generation.epoch === epoch) continue;
      waiting.delete(id);
      times.push(performance.now() - diedAt);
    }
    await pause(10);
  }
  await colony.close();
  return [...times, ...Array.from(waiting, () => Number.POSITIVE_INFINITY)];
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.ceil(sorted.length * share), sorted.length) - 1] ?? Number.POSITIVE_INFINITY;
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}
