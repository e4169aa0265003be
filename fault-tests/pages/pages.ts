import fc from "fast-check";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { playScenario } from "./play-scenario.js";
import { randomScenario } from "./random-scenario.js";
import type { Scenario } from "./scenario.js";

const sizes = { short: 60, long: 10_000 };
/** Time to shrink a scenario that broke a promise. */
const shrinksForMs = 60_000;

/** Random scenarios of the pages of one browser, on a virtual clock, with one shared connection. */
export const pages: Proof = {
  id: "F22",
  title:
    "pages of one browser hide, sleep, hang and crash, while the server dies, lags behind and is set back (scenarios)",
  proves: ["I15", "I16"],
  excluded: { postgres: "opens no database" },
  run: playScenarios,
};

async function playScenarios({ scale, seed, onProgress }: ProofRun): Promise<ProofResult> {
  const total = { scenarios: 0, faults: 0, requests: 0, received: 0 };
  // The first page would import it in real time, which the virtual clock does not await: a replay would differ.
  await import("../../packages/client/src/live.js");
  let failedAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(randomScenario, async (scenario) => {
    if (performance.now() - failedAt > shrinksForMs) return;
    const report = await playScenario(scenario);
    if (failedAt === Number.POSITIVE_INFINITY) {
      total.scenarios += 1;
      for (const what of ["faults", "requests", "received"] as const) total[what] += report[what];
      onProgress?.(total.scenarios, sizes[scale]);
    }
    if (report.violations.length === 0) return;
    failedAt = Math.min(failedAt, performance.now());
    throw new Error(report.violations.join("; "));
  });
  const details = await fc.check(property, { seed, numRuns: sizes[scale] });
  return {
    runs: total.scenarios,
    faults: total.faults,
    violations: violationsOf(details),
    figures: {
      requests: total.requests.toLocaleString("en-US"),
      "changes received": total.received.toLocaleString("en-US"),
    },
  };
}

function violationsOf(details: fc.RunDetails<[Scenario]>): readonly string[] {
  if (!details.failed) return [];
  const [scenario] = details.counterexample ?? [];
  const cause = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  return [
    `${cause} (path ${details.counterexamplePath}, ${details.numShrinks} times smaller: ${JSON.stringify(scenario)})`,
  ];
}
