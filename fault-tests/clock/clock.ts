import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import type { Proof } from "../proof.js";
import { playHistories } from "../simulation/play-histories.js";
import { aheadAlone, jumpAndBack, oneAhead, submitsAhead } from "./wrong-clocks.js";

const sizes = { short: { histories: 4, generations: 4 }, long: { histories: 2_000, generations: 1_200 } };

/** Clocks of the machines and of the database disagree and jump. Work may be late or early; no promise is broken. */
export const clock: Proof = {
  id: "F8",
  title:
    "clocks ahead, behind and jumping, by up to an hour (histories); one of three real processes ahead (generations)",
  proves: ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I17", "I22"],
  async run({ scale, ...run }) {
    const { generations, histories } = sizes[scale];
    const played = await playHistories({ ...run, kind: "clocks", network: "reliable", histories });
    const script = await bundleScript(new URL("../cluster/killable-process.ts", import.meta.url));
    const violations = [...played.violations];
    let runs = 0;
    for (const play of [oneAhead, jumpAndBack, submitsAhead, aheadAlone]) {
      const report = await play({ script: script.path, ground: run.ground, generations });
      runs += report.generations;
      violations.push(...report.violations);
    }
    await script.remove();
    return {
      ...played,
      runs: played.runs + runs,
      violations,
      figures: { ...played.figures, "generations of real processes": runs.toLocaleString("en-US") },
    };
  },
};
