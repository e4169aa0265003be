import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { Cluster } from "../cluster/cluster.js";
import { pause } from "../cluster/pause.js";
import type { GroundSource } from "../ground/proving-ground.js";
import type { Proof } from "../proof.js";

/**
 * Parameters of a trial: the lease, the number of workers that die, and the target of the p99. The short form has a target
 * that a slow machine also reaches.
 */
interface Trial {
  readonly leaseMs: number;
  readonly deaths: number;
  readonly targetMs: number;
}

const trials = {
  short: [{ leaseMs: 3_000, targetMs: 60_000, deaths: 1 }],
  long: [
    { leaseMs: 3_000, targetMs: 5_000, deaths: 25 },
    { leaseMs: 30_000, targetMs: 35_000, deaths: 8 },
  ],
} satisfies Record<string, readonly Trial[]>;
/** Generations that each worker holds. */
const held = 8;
const atOnce = 8;

/** Measures the time from a worker's SIGKILL to the next step of each generation that it held. */
export const recovery: Proof = {
  id: "I20",
  title: "a worker is killed; the time to the next step of each generation it held (generations)",
  proves: ["I1", "I20"],
  async run({ scale, ground, onProgress }) {
    const script = await bundleScript(new URL("../cluster/killable-process.ts", import.meta.url));
    const violations: string[] = [];
    const figures: Record<string, string> = {};
    let runs = 0;
    let deaths = 0;
    for (const trial of trials[scale]) {
      const times: number[] = [];
      for (let left = trial.deaths; left > 0; left -= atOnce) {
        const clusters = Array.from({ length: Math.min(left, atOnce) }, () =>
          recover({ script: script.path, ground }, trial),
        );
        for (const found of await Promise.all(clusters)) times.push(...found);
        onProgress?.(runs + times.length, runs + trial.deaths * held);
      }
      times.sort((one, other) => one - other);
      const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
      figures[`p50 and p99 at a lease of ${trial.leaseMs / 1_000} s`] = `${inSeconds(p50)}, ${inSeconds(p99)}`;
      if (p99 > trial.targetMs) violations.push(`p99 at a lease of ${trial.leaseMs} ms: ${inSeconds(p99)}`);
      if (times.length < trial.deaths * held) violations.push(`the workers held only ${times.length} generations`);
      runs += times.length;
      deaths += trial.deaths;
    }
    await script.remove();
    return { runs, faults: deaths, violations, figures };
  },
};

/** Kills one worker while another one runs on the same database. Returns the times in milliseconds. */
async function recover(
  given: { readonly script: string; readonly ground: GroundSource },
  { leaseMs, targetMs }: Trial,
): Promise<readonly number[]> {
  // The vendor does not respond before the kill: each generation is in the middle of its paid request.
  const cluster = await Cluster.open({ ...given, leaseMs, jobMs: 50, responseMs: () => 2 * leaseMs });
  const holder = cluster.spawn();
  await holder.isReady;
  for (let count = 0; count < held; count += 1) cluster.submitThrough(holder);
  while (cluster.vendor.jobCount() < held) await pause(10);
  const successor = cluster.spawn();
  await successor.isReady;
  // A random moment between two renewals.
  await pause((leaseMs / 3) * Math.random());

  holder.child.kill("SIGKILL");
  await holder.ended;
  const diedAt = performance.now();
  const waiting = new Map<string, { readonly ownerId: string; readonly epoch: number }>();
  for (const [id, ownerId] of cluster.acknowledged) {
    const generation = await cluster.store.get({ ownerId, id });
    if (generation !== null) waiting.set(id, { ownerId, epoch: generation.epoch });
  }
  const times: number[] = [];
  while (waiting.size > 0 && performance.now() - diedAt < 3 * targetMs) {
    for (const [id, { ownerId, epoch }] of waiting) {
      const generation = await cluster.store.get({ ownerId, id });
      if (generation === null || generation.epoch === epoch) continue;
      waiting.delete(id);
      times.push(performance.now() - diedAt);
    }
    await pause(10);
  }
  await cluster.close();
  return [...times, ...Array.from(waiting, () => Number.POSITIVE_INFINITY)];
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.ceil(sorted.length * share), sorted.length) - 1] ?? Number.POSITIVE_INFINITY;
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}
