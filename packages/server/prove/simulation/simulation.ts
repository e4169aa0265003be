import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStorage } from "../../src/lib/storage/memory-storage.js";
import { libsqlStore } from "../../src/lib/store/libsql/libsql-store.js";
import { runSimulation } from "../../src/lib/testing/simulation/run-simulation.js";
import type { Proof } from "../proof.js";

const sizes = { short: 100, long: 10_000 };

/** Random histories on a virtual clock: workers die and freeze anywhere, and the vendor refuses, loses and fails. */
export const simulation: Proof = {
  id: "F1",
  title: "workers die anywhere, over a vendor that loses and fails (seeds)",
  proves: ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I17"],
  async run({ scale, seed, onProgress }) {
    const violations: string[] = [];
    let faults = 0;
    for (let done = 0; done < sizes[scale]; done += 1) {
      const folder = await mkdtemp(join(tmpdir(), "safelight-simulation-"));
      const report = await runSimulation({
        seed: seed + done,
        steps: 120,
        createStore: async (now) => libsqlStore({ url: `file:${join(folder, "test.db")}`, now, synchronous: "normal" }),
        createStorage: () => memoryStorage(),
      });
      await rm(folder, { recursive: true });
      faults += report.kills;
      violations.push(...report.violations.map((each) => `seed ${seed + done}: ${each}`));
      onProgress?.(done + 1, sizes[scale]);
    }
    return { runs: sizes[scale], faults, violations };
  },
};
