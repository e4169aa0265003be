import { defineModel, definitionsOf } from "../../packages/server/src/lib/model/define-model.js";
import { gateLimitsOf } from "../../packages/server/src/lib/model/gate-limits.js";
import type { ProviderLimits } from "../../packages/server/src/lib/ports/provider-limits.js";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { anyInput } from "../../packages/server/testing/fakes/any-input.js";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { auditCluster } from "../cluster/audit-cluster.js";
import { Cluster } from "../cluster/cluster.js";
import { pause } from "../cluster/pause.js";
import { vendorProvider } from "../cluster/vendor-provider.js";
import type { PaidRequest } from "../cluster/vendor-server.js";
import type { GroundSource } from "../ground/proving-ground.js";
import type { Proof } from "../proof.js";
import { aheadOfRateMs } from "./start-rate.js";

const sizes = {
  short: { workers: 4, generations: 30, kills: 3, rated: 24 },
  long: { workers: 8, generations: 3_000, kills: 300, rated: 800 },
};
const concurrency = 4;
const vendorLimits: ProviderLimits = { concurrency, rate: { requests: 30, perMs: 1_000 } };
/** Without a limit of jobs, whose pace would hide a worker that ignores the rate. */
const rateOnly: ProviderLimits = { rate: { requests: 8, perMs: 1_000 } };
/** The vendor refuses all requests for this time after each second kill. */
const refusesForMs = 300;
const betweenKillsMs = 250;
/** Owners cancel this many generations between two kills. */
const cancels = 3;
/** A generation may reach its deadline in the queue, while it runs, or after a refusal. */
const expectedFailures: readonly (string | null)[] = ["deadline_exceeded", "provider_rate_limited"];
const maxSilenceMs = 600_000;

/**
 * Eight worker processes share the limits of one account, and are killed while they hold its capacity. Owners cancel running
 * generations, and others reach their deadline: the vendor still runs their jobs.
 */
export const limits: Proof = {
  id: "F28",
  title:
    "8 worker processes share the limits of a vendor, are killed, refused with 429, and abandon jobs (generations)",
  proves: ["I1", "I2", "I3", "I8", "I9", "I10"],
  async run({ scale, seed, ground, onProgress }) {
    const script = await bundleScript(new URL("../cluster/killable-process.ts", import.meta.url));
    const run = { script: script.path, seed, ground, ...sizes[scale], onProgress };
    const result = await runLimits(run);
    const rated = await runRate(run);
    await script.remove();
    return {
      ...result,
      runs: result.runs + rated.runs,
      violations: [...result.violations, ...rated.violations],
      figures: { ...result.figures, "ahead of a rate alone": rated.ahead },
    };
  },
};

interface LimitsRun {
  readonly script: string;
  readonly seed: number;
  readonly ground: GroundSource;
  readonly workers: number;
  readonly generations: number;
  readonly kills: number;
  /** Generations of the run with a rate alone. */
  readonly rated: number;
  readonly onProgress: ((done: number, of: number) => void) | undefined;
}

async function runLimits({ generations, ground, kills, onProgress, script, seed, workers }: LimitsRun) {
  const random = new SeededRandom(seed);
  const cluster = await Cluster.open({
    script,
    ground,
    leaseMs: 1_000,
    jobMs: 200,
    limits: vendorLimits,
    abandons: true,
  });
  const { vendor, violations } = cluster;
  const arrivals: PaidRequest[] = [];
  vendor.onRequest = (request) => void arrivals.push(request);
  const members = Array.from({ length: workers }, () => cluster.spawn());
  await Promise.all(members.map(({ isReady }) => isReady));
  await cluster.submitDirectly(generations);
  for (let killed = 1; killed <= kills; killed += 1) {
    await pause(betweenKillsMs);
    for (let count = 0; count < cancels; count += 1) {
      const [id, ownerId] = random.pick([["none", "none"], ...cluster.acknowledged]);
      members.at(-1)?.send({ type: "cancel", ownerId, id });
    }
    if (killed % 2 === 0) vendor.refuseFor(refusesForMs);
    const [victim] = members.splice(Math.floor(random.next() * members.length), 1);
    victim?.child.kill("SIGKILL");
    await victim?.ended;
    members.push(cluster.spawn());
    onProgress?.(killed, kills);
  }
  const report = await auditCluster(cluster, maxSilenceMs);
  violations.push(...report.violations.filter((violation) => !violations.includes(violation)));
  const peak = vendor.peakJobs();
  if (peak > concurrency) violations.push(`${peak} jobs ran at once, and ${concurrency} are allowed`);
  const ends = await Promise.all([...cluster.acknowledged].map(([id, ownerId]) => cluster.store.get({ id, ownerId })));
  const rated = compareWithRate(arrivals, vendorLimits);
  violations.push(...rated.violations);
  const failed = ends.filter((end) => end?.state === "failed" && !expectedFailures.includes(end.failureCode));
  violations.push(...failed.map((end) => `${end?.id} failed as ${end?.failureCode}`));
  const figures = {
    ...{ "jobs at once": String(peak), refusals: String(vendor.refusals()) },
    "ahead of the rate": rated.ahead,
    ...{ completed: String(report.completed), "jobs canceled at the vendor": String(vendor.canceledJobs()) },
  };
  await cluster.close();
  return { runs: report.generations, faults: kills + vendor.refusals(), violations: [...violations], figures };
}

/** The rate alone limits the workers: requests that they did not count would come at once. */
async function runRate({ ground, rated, script, workers }: LimitsRun) {
  const cluster = await Cluster.open({ script, ground, leaseMs: 1_000, jobMs: 1, isInstant: true, limits: rateOnly });
  const arrivals: PaidRequest[] = [];
  cluster.vendor.onRequest = (request) => void arrivals.push(request);
  const members = Array.from({ length: workers }, () => cluster.spawn());
  await Promise.all(members.map(({ isReady }) => isReady));
  await cluster.submitDirectly(rated);
  const report = await auditCluster(cluster, maxSilenceMs);
  const { ahead, violations } = compareWithRate(arrivals, rateOnly);
  await cluster.close();
  return { runs: report.generations, ahead, violations: [...report.violations, ...violations] };
}

function compareWithRate(arrivals: readonly PaidRequest[], limits: ProviderLimits) {
  const sentAt = arrivals.map((arrival) => arrival.sentAt);
  const aheadMs = aheadOfRateMs(sentAt, countedRate(limits));
  const maxAgeMs = Math.max(...arrivals.map((arrival) => arrival.maxAgeMs));
  // The database counts in whole milliseconds.
  const isWithin = aheadMs <= maxAgeMs + 1;
  const violation = `requests came ${aheadMs} ms ahead of the rate, and no start was older than ${maxAgeMs} ms`;
  return { ahead: `${Math.max(0, Math.ceil(aheadMs))} ms`, violations: isWithin ? [] : [violation] };
}

/** The rate as the workers count it. */
function countedRate(limits: ProviderLimits): { readonly burst: number; readonly intervalMs: number } {
  const provider = { ...vendorProvider({ url: "http://localhost", onTaken: () => {} }), limits };
  const [limit] = gateLimitsOf(definitionsOf({ demo: defineModel({ provider, input: anyInput }) }));
  if (!limit?.rate) throw new Error("The provider has no rate.");
  return limit.rate;
}
