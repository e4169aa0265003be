import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { manyDeliveries, oneDelivery, type Scenario, scenarios } from "./delivery-plans.js";
import { playTwins, type TwinPair } from "./play-twins.js";
import { startWebhookHost } from "./webhook-host.js";

const sizes = { short: 16, long: 5_000 };
/** Concurrent generations, each with its twin. */
const batchSize = 40;

/** Each webhook is delivered up to 20 times, at any moment: the result equals that of one delivery. */
export const repeatedWebhooks: Proof = {
  id: "F6",
  title: "webhooks repeated, shuffled, early and late, compared with single deliveries (generations)",
  proves: ["I4", "I9", "I13", "I17"],
  run: playAll,
};

async function playAll({ scale, seed, ground, onProgress }: ProofRun): Promise<ProofResult> {
  const random = new SeededRandom(seed);
  const host = await startWebhookHost(ground);
  const violations: string[] = [];
  const of = sizes[scale];
  let runs = 0;
  let delivered = 0;
  try {
    while (runs < of && violations.length === 0) {
      const batch = Array.from({ length: Math.min(batchSize, of - runs) }, (_, index) => pair(runs + index, random));
      const report = await playTwins(host, batch);
      violations.push(...report.violations);
      delivered += report.delivered;
      runs += batch.length;
      onProgress?.(runs, of);
    }
    violations.push(...(await host.violations()));
  } finally {
    await host.close();
  }
  return { runs, faults: delivered, violations, figures: { scenarios: String(scenarios.length) } };
}

/** Scenarios in turn, so that a short run has all of them. */
function pair(index: number, random: SeededRandom): TwinPair {
  const scenario: Scenario = scenarios[index % scenarios.length] ?? scenarios[0];
  return {
    name: `${scenario.name}-${index}`,
    scenario,
    one: oneDelivery(scenario),
    many: manyDeliveries(scenario, random),
  };
}
