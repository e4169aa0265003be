import type { Proof } from "../proof.js";
import { playHistories } from "./play-histories.js";

const sizes = { short: 20, long: 10_000 };

/** Random histories on a virtual clock: workers die and freeze at any point, and the vendor refuses, loses and fails. */
export const simulation: Proof = {
  id: "F1",
  title: "workers die and freeze at any point, with a vendor that loses and fails (histories)",
  proves: ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I15", "I16", "I17"],
  run: ({ scale, ...run }) => playHistories({ ...run, kind: "storms", network: "reliable", histories: sizes[scale] }),
};
