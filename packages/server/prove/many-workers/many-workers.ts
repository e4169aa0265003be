import { bundleScript } from "../bundle-script.js";
import { Colony } from "../colony/colony.js";
import { type Stock, takeStock } from "../colony/take-stock.js";
import type { Proof } from "../proof.js";

const sizes = { short: 200, long: 20_000 };
const crowds = [2, 4, 8];
/** Submitted at once: one turn after the other, as from a queue. */
const batch = 100;
const endsWithinMs = 600_000;

/** Two, four and eight worker processes on one file, over a vendor that answers at once. */
export const manyWorkers: Proof = {
  id: "F11",
  title: "2, 4 and 8 worker processes on one file, with a vendor that answers at once (generations)",
  proves: ["I1", "I8", "I9", "I10"],
  async run({ scale, onProgress }) {
    const script = await bundleScript(new URL("../colony/victim.ts", import.meta.url));
    const each = Math.ceil(sizes[scale] / crowds.length);
    const violations: string[] = [];
    const figures: Record<string, string> = {};
    let runs = 0;
    let completed = 0;
    for (const workers of crowds) {
      const startedAt = performance.now();
      const stock = await crowd({ script: script.path, workers, generations: each });
      const perSecond = (stock.generations / (performance.now() - startedAt)) * 1_000;
      runs += stock.generations;
      completed += stock.completed;
      if (stock.generations !== each) violations.push(`${workers} workers: ${stock.generations} of ${each} are there`);
      violations.push(...stock.violations.map((violation) => `${workers} workers: ${violation}`));
      figures[`${workers} workers`] = `${perSecond.toFixed(0)} generations/s`;
      onProgress?.(runs, sizes[scale]);
    }
    await script.remove();
    if (completed !== runs) violations.push(`${completed} of ${runs} completed`);
    return { runs, faults: 0, violations, figures };
  },
};

async function crowd(options: {
  readonly script: string;
  readonly workers: number;
  readonly generations: number;
}): Promise<Stock> {
  const { script, workers, generations } = options;
  const colony = await Colony.open({ script, leaseMs: 30_000, jobMs: 0, isInstant: true });
  const victims = Array.from({ length: workers }, () => colony.spawn());
  for (const { ended } of victims) ended.then((how) => colony.violations.push(`a process ended by itself: ${how}`));
  await Promise.all(victims.map(({ isReady }) => isReady));
  for (let left = generations; left > 0; left -= batch) await colony.submitDirectly(Math.min(batch, left));
  const stock = await takeStock(colony, endsWithinMs);
  await colony.close();
  return stock;
}
