import fc from "fast-check";
import { playScenario } from "./play-scenario.js";
import { randomScenario } from "./random-scenario.js";
import type { Act, Scenario } from "./scenario.js";

/** The first scenario that broke a promise. */
export interface Catch {
  /** Number of scenarios until then. */
  readonly scenarios: number;
  readonly violation: string;
}

/** Plays scenarios until one breaks a promise, with seeds from 1 on; `null` if none does. */
export async function playUntilCaught(options: {
  /** The acts of each scenario; random ones by default. */
  readonly acts?: readonly Act[] | undefined;
  readonly maxScenarios: number;
}): Promise<Catch | null> {
  const { acts, maxScenarios } = options;
  const scenarios: readonly Scenario[] =
    acts === undefined
      ? fc.sample(randomScenario, { seed: 1, numRuns: maxScenarios })
      : Array.from({ length: maxScenarios }, (_, index) => ({ acts, seed: index + 1 }));
  await import("../../packages/client/src/live.js");
  for (const [index, scenario] of scenarios.entries()) {
    const [violation] = (await playScenario(scenario)).violations;
    if (violation !== undefined) return { scenarios: index + 1, violation };
  }
  return null;
}
