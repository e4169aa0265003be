import { availableParallelism } from "node:os";
import { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import { bundleScript } from "../bundle-script.js";
import { Colony, type Victim } from "../colony/colony.js";
import { pause } from "../colony/pause.js";
import { type Stock, takeStock } from "../colony/take-stock.js";
import type { Proof } from "../proof.js";

const sizes = { short: { rounds: 2, cycles: 15 }, long: { rounds: 20, cycles: 50 } };
const processes = 4;
const leaseMs = 300;
const standsStillMs = 3 * leaseMs;
/** So long before the end of its computation, what it holds has certainly been taken by others. */
const awakensMs = 50;
const endsWithinMs = 60_000;

/** Processes that stand still for three leases, as a laptop that sleeps or a loop that blocks, and go on with their work. */
export const zombies: Proof = {
  id: "F4",
  title: "workers stand still for three leases, by SIGSTOP or a blocked event loop, and go on (cycles)",
  proves: ["I2", "I3", "I4", "I5", "I6", "I8", "I9", "I10", "I11"],
  async run({ scale, seed, onProgress }) {
    const { rounds, cycles } = sizes[scale];
    const script = await bundleScript(new URL("../colony/victim.ts", import.meta.url));
    const violations: string[] = [];
    let done = 0;
    let generations = 0;
    let staleWrites = 0;
    const onCycle = (): void => {
      done += 1;
      onProgress?.(done, rounds * cycles);
    };
    let next = 0;
    const work = async (): Promise<void> => {
      for (let round = next++; round < rounds; round = next++) {
        const report = await zombieRound({ script: script.path, cycles, seed: seed + round, onCycle });
        generations += report.generations;
        staleWrites += report.staleWrites;
        violations.push(...report.violations.map((each) => `round of seed ${seed + round}: ${each}`));
      }
    };
    // Most of it is standing still.
    await Promise.all(Array.from({ length: Math.min(4 * availableParallelism(), rounds) }, work));
    await script.remove();
    if (staleWrites === 0) violations.push("no zombie ever wrote: nothing was proved");
    return {
      runs: done,
      faults: done,
      violations,
      figures: {
        generations: generations.toLocaleString("en-US"),
        "stale writes that changed nothing": staleWrites.toLocaleString("en-US"),
      },
    };
  },
};

async function zombieRound(options: {
  readonly script: string;
  readonly cycles: number;
  readonly seed: number;
  readonly onCycle: () => void;
}): Promise<Stock & { readonly staleWrites: number }> {
  const random = new SeededRandom(options.seed);
  // Half of the paid requests are on their way for longer than a lease.
  const replyMs = (): number => random.between(0, 2 * leaseMs);
  const colony = await Colony.open({ script: options.script, leaseMs, jobMs: 50, replyMs, checksWrites: true });
  const victims = Array.from({ length: processes }, () => colony.spawn());
  for (const { ended } of victims) ended.then((how) => colony.violations.push(`a process ended by itself: ${how}`));
  await Promise.all(victims.map(({ isReady }) => isReady));

  let left = options.cycles;
  const haunt = async (victim: Victim): Promise<void> => {
    while (left > 0) {
      left -= 1;
      for (let submits = random.between(1, 3); submits > 0; submits -= 1) colony.submitThrough(victim);
      await pause(random.between(10, 2 * leaseMs));
      if (random.chance(0.5)) {
        victim.child.kill("SIGSTOP");
        await pause(standsStillMs);
        await colony.fence();
        victim.child.kill("SIGCONT");
      } else {
        victim.ask({ type: "block", milliseconds: standsStillMs });
        await pause(standsStillMs - awakensMs);
        await colony.fence();
        await pause(awakensMs);
      }
      options.onCycle();
    }
  };
  // One always goes on, and takes over.
  const [survivor, ...haunted] = victims;
  await Promise.all(haunted.map(haunt));
  if (survivor !== undefined) await colony.answerEverything(survivor);
  const stock = await takeStock(colony, endsWithinMs);
  const { staleWrites } = colony;
  await colony.close();
  return { ...stock, staleWrites };
}
