import { availableParallelism } from "node:os";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { killPoints, namedPoints } from "../cluster/kill-points.js";
import type { Proof } from "../proof.js";
import { killRound } from "./kill-round.js";

const short = { rounds: 1, kills: 10 };
/** A start of a process costs Postgres more: its new connections plan every function. */
const sizes = {
  libsql: { short, long: { rounds: 50, kills: 200 } },
  postgres: { short, long: { rounds: 20, kills: 100 } },
};

/** Real processes are killed with SIGKILL at every crash point, while others continue. A table of the host pays for half of the submits. */
export const kills: Proof = {
  id: "F2",
  title: "processes are killed with SIGKILL at every crash point, around each command, and at any instant (kills)",
  proves: ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I13", "I23"],
  async run({ scale, seed, ground, onProgress }) {
    const { rounds, kills } = sizes[ground.kind][scale];
    const script = await bundleScript(new URL("../cluster/killable-process.ts", import.meta.url));
    const killsAt = new Map<string | null, number>();
    const violations: string[] = [];
    let killed = 0;
    let generations = 0;
    let completed = 0;
    const onKill = (point: string | null): void => {
      killed += 1;
      killsAt.set(point, (killsAt.get(point) ?? 0) + 1);
      onProgress?.(killed, rounds * kills);
    };

    let broken = 0;
    const onBreak = (): void => {
      broken += 1;
    };

    let next = 0;
    const work = async (): Promise<void> => {
      for (let round = next++; round < rounds; round = next++) {
        const report = await killRound({ script: script.path, ground, kills, seed: seed + round, onKill, onBreak });
        generations += report.generations;
        completed += report.completed;
        violations.push(...report.violations.map((each) => `round of seed ${seed + round}: ${each}`));
      }
    };
    // Rounds mostly wait for leases.
    await Promise.all(Array.from({ length: Math.min(4 * availableParallelism(), rounds) }, work));
    await script.remove();

    const sum = (points: readonly (string | null)[]): string =>
      points.reduce((count, point) => count + (killsAt.get(point) ?? 0), 0).toLocaleString("en-US");
    if (completed === 0) violations.push("no generation completed");
    const missed = killPoints.filter((point) => !killsAt.has(point));
    if (scale === "long" && missed.length > 0) violations.push(`no process was killed at ${missed.join(", ")}`);
    return {
      runs: killed,
      faults: killed + broken,
      violations,
      figures: {
        generations: generations.toLocaleString("en-US"),
        completed: completed.toLocaleString("en-US"),
        "kills at": namedPoints.map((point) => `${point} ${killsAt.get(point) ?? 0}`).join(", "),
        "before or after a command": sum(killPoints.filter((point) => !namedPoints.includes(point))),
        "at any instant": sum([null]),
        ...(broken > 0 && { "broken connections": broken.toLocaleString("en-US") }),
      },
    };
  },
};
