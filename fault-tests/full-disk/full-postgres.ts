import { setTimeout as pause } from "node:timers/promises";
import { openSmallVolume } from "../../packages/server/testing/volumes/small-volume.js";
import { openGround } from "../ground/open-ground.js";
import { startPostgresServer } from "../ground/postgres-server.js";
import { Load } from "../killed-postgres/load.js";
import type { ProofResult, ProofRun } from "../proof.js";

/** A new data folder takes some 40 MB. */
const volumeBytes = 160_000_000;
/** A call fails after 5 s without a database. */
const enoughUnknown = 8;
const failsWithinMs = 60_000;

/** Free bytes of each round: each leaves room for another part of the log. */
const leavesBytes = { short: [65_536], long: [0, 16_384, 262_144, 1_500_000, 4_000_000] };

/** One round for each amount of free space. */
export async function playFullPostgres(
  scale: ProofRun["scale"],
  onProgress: ProofRun["onProgress"],
): Promise<ProofResult> {
  const violations: string[] = [];
  const rounds = leavesBytes[scale];
  let faults = 0;
  for (const [index, bytes] of rounds.entries()) {
    const outcome = await fullPostgres(bytes);
    if (outcome === null) return { runs: 0, faults: 0, violations: ["mounts are not permitted: nothing was run"] };
    violations.push(...outcome.violations);
    faults += outcome.faults;
    onProgress?.(index + 1, rounds.length);
  }
  return { runs: rounds.length, faults, violations };
}

/**
 * The volume of Postgres is full under load: it stops when it cannot extend its log. With room again it restarts, and has
 * everything that it acknowledged.
 *
 * @returns `null` if mounts are not permitted.
 */
async function fullPostgres(
  leavesBytes: number,
): Promise<{ readonly faults: number; readonly violations: readonly string[] } | null> {
  const volume = await openSmallVolume({ sizeBytes: volumeBytes });
  if (volume === null) return null;
  try {
    // Short segments, so that the log needs a new one soon.
    const server = await startPostgresServer({ parent: volume.folder, initdbFlags: ["--wal-segsize=1"] });
    try {
      const ground = await openGround({ kind: "postgres", server: server.url });
      const store = ground.open();
      await store.migrate();
      const load = new Load([store]);
      const working = load.run();
      await pause(300);
      // Postgres may take the last bytes first.
      await volume.fill(leavesBytes).catch((error: unknown) => {
        if (!String(error).includes("ENOSPC")) throw error;
      });
      for (const start = performance.now(); load.unknownCount < enoughUnknown; await pause(100))
        if (performance.now() - start > failsWithinMs) break;
      const faults = load.unknownCount;
      await volume.free();
      load.stop();
      await working;
      await server.restart();
      await load.sendAgain();
      await load.check(store);
      await store.close();
      await ground.drop();
      const violations = faults === 0 ? [...load.violations, "no submit was refused"] : load.violations;
      return { faults, violations: violations.map((what) => `full volume of Postgres: ${what}`) };
    } finally {
      await server.stop();
    }
  } finally {
    await volume.close();
  }
}
