import type { Proof } from "../proof.js";
import { playHistories } from "../simulation/play-histories.js";

const sizes = { short: 100, long: 2_000 };

/** Clocks that disagree and jump, of the machines and of the database. Something may come late or early; nothing breaks. */
export const clock: Proof = {
  id: "F8",
  title: "clocks ahead, behind and jumping, by up to an hour (histories)",
  proves: ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I17", "I22"],
  run: ({ scale, ...run }) => playHistories({ ...run, kind: "clocks", store: "file", histories: sizes[scale] }),
};
