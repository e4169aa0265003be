import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";
import type { Proof, ProofResult, ProofRun } from "../proof.js";

/** Passes over the contract, each with other losses. */
const passes = { short: 1, long: 10 };
const conditions = ["@safelight/source", "module", "node", "development|production"];

/** Each test of the store contract holds if requests and responses are lost. */
export const lossyContract: Proof = {
  id: "F24",
  title: "the store contract over a network that loses one request and one response of ten (tests)",
  proves: ["I2", "I3", "I4", "I5", "I6", "I8", "I12", "I15"],
  run: playPasses,
};

async function playPasses({ scale, seed, ground, onProgress }: ProofRun): Promise<ProofResult> {
  const violations: string[] = [];
  let runs = 0;
  let faults = 0;
  for (let pass = 0; pass < passes[scale]; pass += 1) {
    const passSeed = seed + 10_000 * pass;
    const env = { SAFELIGHT_GROUND: JSON.stringify(ground), SAFELIGHT_SEED: String(passSeed) };
    const vitest = await startVitest(
      "test",
      [],
      {
        config: false,
        root: fileURLToPath(new URL(".", import.meta.url)),
        include: ["contract-on-network.ts"],
        watch: false,
        maxWorkers: 1,
        // A slow machine must not fail a test.
        testTimeout: 180_000,
        reporters: [{}],
        env,
      },
      { logLevel: "silent", resolve: { conditions }, ssr: { resolve: { conditions } } },
    );
    for (const file of vitest.state.getTestModules()) {
      violations.push(...file.errors().map(({ message }) => message));
      for (const test of file.children.allTests()) {
        const result = test.result();
        runs += 1;
        faults += test.meta().losses ?? 0;
        if (result.state === "failed")
          violations.push(
            `${test.fullName}: ${result.errors.map(({ message }) => message).join("; ")} (seed ${passSeed})`,
          );
      }
    }
    await vitest.close();
    onProgress?.(pass + 1, passes[scale]);
  }
  if (faults === 0) violations.push("nothing was lost");
  return { runs, faults, violations };
}
