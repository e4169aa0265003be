import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { auditCluster, type ClusterReport } from "../cluster/audit-cluster.js";
import { Cluster } from "../cluster/cluster.js";
import type { ClusterProcess } from "../cluster/cluster-options.js";
import { commandPoints, namedPoints } from "../cluster/kill-points.js";
import { pause } from "../cluster/pause.js";
import type { GroundSource } from "../ground/proving-ground.js";

/** Options of a round. */
export interface KillRoundOptions {
  /** The bundled `killable-process.ts`. */
  readonly script: string;
  readonly ground: GroundSource;
  readonly kills: number;
  readonly seed: number;
  /** Called after each kill, with its crash point; `null` for a kill at a random instant. */
  readonly onKill: (point: string | null) => void;
  /** Called after a busy connection was ended by the database, if it is a server. */
  readonly onBreak: () => void;
}

const processes = 3;
const leaseMs = 600;
/** The surviving process ends one generation within this time. Only a hang reaches it. */
const maxSilenceMs = 120_000;

/**
 * Kills processes with SIGKILL while they accept and advance generations on one database. A surviving process then
 * finishes the work, and the cluster is audited.
 */
export async function killRound({
  script,
  ground,
  kills,
  seed,
  onKill,
  onBreak,
}: KillRoundOptions): Promise<ClusterReport> {
  const random = new SeededRandom(seed);
  const cluster = await Cluster.open({
    script,
    ground,
    leaseMs,
    jobMs: 80,
    responseMs: () => (random.chance(0.2) ? random.between(100, 400) : 0),
    sendsWebhooks: true,
    expires: true,
    hasWallets: true,
    withholds: true,
  });
  let killed = 0;

  const spawnMember = (): void => {
    const killAt = pickPoint(random);
    const member = cluster.spawn(killAt, { killAtPass: random.chance(0.8) ? 1 : 2 });
    let isTimedKill = false;
    const killMember = (): void => {
      isTimedKill = true;
      member.child.kill("SIGKILL");
    };
    let killTimer: NodeJS.Timeout | null = null;
    member.isReady.then(() => {
      killTimer = setTimeout(killMember, killAt === null ? random.between(0, 300) : 4_000);
      for (let submits = random.between(1, 3); submits > 0; submits -= 1) cluster.submitThrough(member, sizeOf(random));
      if (killAt === "P20") setTimeout(() => member.send({ type: "drain" }), random.between(0, 150));
    });
    member.ended.then((how) => {
      if (killTimer !== null) clearTimeout(killTimer);
      if (how === "SIGKILL") {
        killed += 1;
        onKill(isTimedKill ? null : killAt);
      } else cluster.violations.push(`a process exited by itself: ${how}`);
    });
  };

  while (killed < kills && cluster.violations.length === 0) {
    while (cluster.members.size < processes) spawnMember();
    for (const member of cluster.members) if (random.chance(0.2)) sendOwnerRequests(cluster, { member, random });
    if (random.chance(0.2) && (await cluster.breakConnection())) onBreak();
    await pause(50);
  }
  for (const { ended } of [...cluster.members]) await ended;

  const survivor = cluster.spawn();
  await cluster.submitPending(survivor);
  const report = await auditCluster(cluster, maxSilenceMs);
  await cluster.close();
  return report;
}

/** `null` for a kill at a random instant. */
function pickPoint(random: SeededRandom): string | null {
  if (random.chance(0.1)) return null;
  const points = random.chance(0.7) ? namedPoints : commandPoints;
  return points[random.between(0, points.length - 1)] ?? null;
}

/** A third of the submits are of a group. */
function sizeOf(random: SeededRandom): { readonly size: number } {
  return { size: random.chance(0.33) ? random.between(2, 4) : 1 };
}

/** Sends the usual requests of owners. */
function sendOwnerRequests(
  cluster: Cluster,
  { member, random }: { readonly member: ClusterProcess; readonly random: SeededRandom },
): void {
  cluster.submitThrough(member, sizeOf(random));
  const [id, ownerId] = random.pick([["none", "none"], ...cluster.acknowledged]);
  if (random.chance(0.2)) member.send({ type: "cancel", ownerId, id });
  if (!random.chance(0.3)) return;
  cluster.removed.add(id);
  member.send({ type: "remove", ownerId, id });
}
