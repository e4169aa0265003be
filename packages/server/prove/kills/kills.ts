import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Proof } from "../proof.js";
import { bundleVictim } from "./bundle-victim.js";
import { runKills } from "./run-kills.js";

const sizes = { short: 40, long: 10_000 };

/** Real processes that die by SIGKILL at every point, while others go on. */
export const kills: Proof = {
  id: "F2",
  title: "processes are killed with SIGKILL (kills)",
  proves: ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11"],
  async run({ scale, seed, onProgress }) {
    const victim = await bundleVictim();
    const of = sizes[scale];
    const report = await runKills({ victim, kills: of, seed, onProgress: (done) => onProgress?.(done, of) });
    await rm(dirname(victim), { recursive: true });
    const points = Object.entries(report.killsByPoint).map(([point, count]) => `${point} ${count}`);
    const isVain = report.completed === 0 ? ["nothing completed"] : [];
    return {
      runs: report.kills,
      faults: report.kills + report.zombies,
      violations: [...report.violations, ...isVain],
      figures: {
        generations: String(report.acknowledged),
        completed: String(report.completed),
        zombies: String(report.zombies),
        "kills at": points.join(", "),
      },
    };
  },
};
