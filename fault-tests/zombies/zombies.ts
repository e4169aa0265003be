import { availableParallelism } from "node:os";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { auditCluster, type ClusterReport } from "../cluster/audit-cluster.js";
import { Cluster } from "../cluster/cluster.js";
import type { ClusterProcess } from "../cluster/cluster-options.js";
import { pause } from "../cluster/pause.js";
import type { GroundSource } from "../ground/proving-ground.js";
import type { Proof } from "../proof.js";

const sizes = { short: { rounds: 1, cycles: 8 }, long: { rounds: 20, cycles: 50 } };
const processes = 4;
const leaseMs = 300;
const freezeMs = 3 * leaseMs;
/** Before the blocked event loop resumes: by then other workers have claimed its generations. */
const wakesBeforeMs = 50;
const maxSilenceMs = 120_000;

/** Processes stop for three leases, like a sleeping laptop or a blocked event loop, and then continue. */
export const zombies: Proof = {
  id: "F4",
  title: "workers stop for three leases, by SIGSTOP or a blocked event loop, and continue (cycles)",
  proves: ["I2", "I3", "I4", "I5", "I6", "I8", "I9", "I10", "I11"],
  async run({ scale, seed, ground, onProgress }) {
    const { rounds, cycles } = sizes[scale];
    const script = await bundleScript(new URL("../cluster/killable-process.ts", import.meta.url));
    const violations: string[] = [];
    let done = 0;
    let generations = 0;
    let staleWrites = 0;
    const onCycle = (): void => {
      done += 1;
      onProgress?.(done, rounds * cycles);
    };
    let next = 0;
    const work = async (): Promise<void> => {
      for (let round = next++; round < rounds; round = next++) {
        const report = await zombieRound({ script: script.path, ground, cycles, seed: seed + round, onCycle });
        generations += report.generations;
        staleWrites += report.staleWrites;
        violations.push(...report.violations.map((each) => `round of seed ${seed + round}: ${each}`));
      }
    };
    // Rounds are mostly idle.
    await Promise.all(Array.from({ length: Math.min(4 * availableParallelism(), rounds) }, work));
    await script.remove();
    if (staleWrites === 0) violations.push("no stopped worker wrote: nothing was proved");
    return {
      runs: done,
      faults: done,
      violations,
      figures: {
        generations: generations.toLocaleString("en-US"),
        "stale writes that changed nothing": staleWrites.toLocaleString("en-US"),
      },
    };
  },
};

async function zombieRound(options: {
  readonly script: string;
  readonly ground: GroundSource;
  readonly cycles: number;
  readonly seed: number;
  readonly onCycle: () => void;
}): Promise<ClusterReport & { readonly staleWrites: number }> {
  const random = new SeededRandom(options.seed);
  // Half of the paid requests take longer than a lease.
  const responseMs = (): number => random.between(0, 2 * leaseMs);
  const { ground, script } = options;
  const cluster = await Cluster.open({ script, ground, leaseMs, jobMs: 50, responseMs, checksWrites: true });
  const members = Array.from({ length: processes }, () => cluster.spawn());
  for (const { ended } of members) ended.then((how) => cluster.violations.push(`a process exited by itself: ${how}`));
  await Promise.all(members.map(({ isReady }) => isReady));

  let left = options.cycles;
  const freezeRepeatedly = async (member: ClusterProcess): Promise<void> => {
    while (left > 0) {
      left -= 1;
      for (let submits = random.between(1, 3); submits > 0; submits -= 1) cluster.submitThrough(member);
      await pause(random.between(10, 2 * leaseMs));
      if (random.chance(0.5)) {
        member.child.kill("SIGSTOP");
        await pause(freezeMs);
        await cluster.fence();
        member.child.kill("SIGCONT");
      } else {
        member.send({ type: "block", milliseconds: freezeMs });
        await pause(freezeMs - wakesBeforeMs);
        await cluster.fence();
        await pause(wakesBeforeMs);
      }
      options.onCycle();
    }
  };
  // One process is never stopped, and takes over.
  const [survivor, ...frozen] = members;
  await Promise.all(frozen.map(freezeRepeatedly));
  if (survivor !== undefined) await cluster.submitPending(survivor);
  const report = await auditCluster(cluster, maxSilenceMs);
  const { staleWrites } = cluster;
  await cluster.close();
  return { ...report, staleWrites };
}
