import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { auditCluster, type ClusterReport } from "../cluster/audit-cluster.js";
import { Cluster } from "../cluster/cluster.js";
import type { GroundSource } from "../ground/proving-ground.js";
import type { Proof } from "../proof.js";

const sizes = { short: 100, long: 20_000 };
/** On one file, more than eight processes wait for one lock most of the time. */
const workerCounts = {
  short: { libsql: [2, 4], postgres: [2, 4] },
  long: { libsql: [2, 4, 8], postgres: [2, 4, 8, 16] },
};
/** Submits per batch. Batches run one after the other, as from a queue. */
const batch = 100;
const maxSilenceMs = 600_000;

/** Two to eight worker processes on one database, on Postgres to sixteen, with a vendor that responds at once. */
export const manyWorkers: Proof = {
  id: "F11",
  title:
    "2 to 8 worker processes on one database, on a server to 16, with a vendor that responds at once (generations)",
  proves: ["I1", "I8", "I9", "I10"],
  async run({ scale, ground, onProgress }) {
    const script = await bundleScript(new URL("../cluster/killable-process.ts", import.meta.url));
    const counts = workerCounts[scale][ground.kind];
    const each = Math.ceil(sizes[scale] / counts.length);
    const violations: string[] = [];
    const figures: Record<string, string> = {};
    let runs = 0;
    let completed = 0;
    for (const workers of counts) {
      const startedAt = performance.now();
      const report = await runWorkers({ script: script.path, ground, workers, generations: each });
      const perSecond = (report.generations / (performance.now() - startedAt)) * 1_000;
      runs += report.generations;
      completed += report.completed;
      if (report.generations !== each) violations.push(`${workers} workers: ${report.generations} of ${each} exist`);
      violations.push(...report.violations.map((violation) => `${workers} workers: ${violation}`));
      figures[`${workers} workers`] = `${perSecond.toFixed(0)} generations/s`;
      onProgress?.(runs, sizes[scale]);
    }
    await script.remove();
    if (completed !== runs) violations.push(`${completed} of ${runs} completed`);
    return { runs, faults: 0, violations, figures };
  },
};

async function runWorkers(options: {
  readonly script: string;
  readonly ground: GroundSource;
  readonly workers: number;
  readonly generations: number;
}): Promise<ClusterReport> {
  const { script, ground, workers, generations } = options;
  const cluster = await Cluster.open({ script, ground, leaseMs: 30_000, jobMs: 0, isInstant: true });
  const members = Array.from({ length: workers }, () => cluster.spawn());
  for (const { ended } of members) ended.then((how) => cluster.violations.push(`a process exited by itself: ${how}`));
  await Promise.all(members.map(({ isReady }) => isReady));
  for (let left = generations; left > 0; left -= batch) await cluster.submitDirectly(Math.min(batch, left));
  const report = await auditCluster(cluster, maxSilenceMs);
  await cluster.close();
  return report;
}
