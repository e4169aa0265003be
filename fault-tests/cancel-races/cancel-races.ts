import type { Proof } from "../proof.js";
import { playHistories } from "../simulation/play-histories.js";

const sizes = { short: 15, long: 10_000 };

/** Cancels at every crash point, several at once, and concurrent with the completion. */
export const cancelRaces: Proof = {
  id: "F14",
  title: "cancels at every crash point, several at once, against completion (histories)",
  proves: ["I3", "I4", "I7", "I10", "I17"],
  run: ({ scale, ...run }) => playHistories({ ...run, kind: "cancels", network: "reliable", histories: sizes[scale] }),
};
