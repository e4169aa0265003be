import type { Proof } from "../proof.js";
import { playHistories } from "../simulation/play-histories.js";

const sizes = { short: 3, long: 200 };

/** The histories of the simulation on a database server that loses requests and responses, the latter after the commit. */
export const remoteDatabase: Proof = {
  id: "F1R",
  title: "as F1, on a database server that loses requests, and responses after the commit (histories)",
  proves: ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I15", "I16", "I17"],
  run: ({ scale, ...run }) => playHistories({ ...run, kind: "squalls", network: "lossy", histories: sizes[scale] }),
};
