import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { runSimulation } from "../testing/simulation/run-simulation.js";

const seeds = Array.from(
  { length: Number(process.env.SEEDS ?? 20) },
  (_, index) => Number(process.env.FIRST_SEED ?? 1) + index,
);

describe("workers that die anywhere, over a vendor that loses and fails", () => {
  it.each(seeds)("keep every promise (seed %i)", async (seed) => {
    const folder = await mkdtemp(join(tmpdir(), "safelight-simulation-"));
    const report = await runSimulation({
      seed,
      steps: 120,
      createStore: async (now) => libsqlStore({ url: `file:${join(folder, "test.db")}`, now, synchronous: "normal" }),
      createStorage: () => memoryStorage(),
    });
    expect(report.violations).toEqual([]);
    expect(report.generations).toBeGreaterThan(0);
  });
});
