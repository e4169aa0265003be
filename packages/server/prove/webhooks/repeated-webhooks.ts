import { SeededRandom } from "../../src/lib/testing/simulation/seeded-random.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { type Course, courses, manyDeliveries, oneDelivery } from "./delivery-plans.js";
import { playTwins, type Twins } from "./play-twins.js";
import { startWebhookHost } from "./webhook-host.js";

const sizes = { short: 80, long: 5_000 };
/** Generations that live at the same time, each with its twin. */
const batchSize = 40;

/** Each delivery up to twenty times, at any moment: what comes of it is what one delivery would have come to. */
export const repeatedWebhooks: Proof = {
  id: "F6",
  title: "call-backs repeated, shuffled, early and late, against one of each (generations)",
  proves: ["I4", "I9", "I13", "I17"],
  run: playAll,
};

async function playAll({ scale, seed, onProgress }: ProofRun): Promise<ProofResult> {
  const random = new SeededRandom(seed);
  const host = await startWebhookHost();
  const violations: string[] = [];
  const of = sizes[scale];
  let runs = 0;
  let told = 0;
  try {
    while (runs < of && violations.length === 0) {
      const batch = Array.from({ length: Math.min(batchSize, of - runs) }, (_, index) => pair(runs + index, random));
      const report = await playTwins(host, batch);
      violations.push(...report.violations);
      told += report.told;
      runs += batch.length;
      onProgress?.(runs, of);
    }
    violations.push(...(await host.violations()));
  } finally {
    await host.close();
  }
  return { runs, faults: told, violations, figures: { courses: String(courses.length) } };
}

/** Each course in turn, so that a short run has all of them. */
function pair(index: number, random: SeededRandom): Twins {
  const course: Course = courses[index % courses.length] ?? courses[0];
  return { name: `${course.name}-${index}`, course, one: oneDelivery(course), many: manyDeliveries(course, random) };
}
