import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleVictim } from "./bundle-victim.js";
import { runKills } from "./run-kills.js";

const kills = Number(process.env.KILLS ?? 40);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

describe("processes that are killed with SIGKILL", () => {
  let victim: string;

  beforeAll(async () => {
    victim = await bundleVictim();
  });

  afterAll(() => rm(dirname(victim), { recursive: true }));

  it(`lose nothing, and pay nothing twice (${kills} kills, seed ${seed})`, {
    timeout: 60_000 + kills * 1_000,
  }, async () => {
    const report = await runKills({ victim, kills, seed });
    console.log(JSON.stringify(report));
    expect(report.violations).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(kills / 4);
    expect(report.completed).toBeGreaterThan(0);
  });
});
