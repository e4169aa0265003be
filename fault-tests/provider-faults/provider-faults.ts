import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { networkNamespaces, notPermitted, unroutable } from "../namespace/network-namespace.js";
import type { Proof, ProofResult, ProofRun } from "../proof.js";
import { cellsFor, playCells, unusedAddress } from "./play-cells.js";

/** Each fault at each step, once and repeatedly, and a vendor without a route. Each cell must end as expected. */
export const providerFaults: Proof = {
  id: "F5",
  title: "a vendor that refuses, resets, stalls and sends wrong responses, at every step (fault × step)",
  proves: ["I4", "I9", "I10", "I11", "I16", "I23", "I24"],
  run: play,
};

async function play({ scale, ground, onProgress }: ProofRun): Promise<ProofResult> {
  const cells = cellsFor(scale === "short" ? [1] : [1, 2, Number.POSITIVE_INFINITY]);
  const known = await playCells(cells, { refusedAt: await unusedAddress(), ground, onProgress });
  const lost = await playWithoutRoute();
  return {
    runs: known.runs + lost.runs,
    faults: known.faults + lost.faults,
    violations: [...known.violations, ...lost.violations],
    figures: { ...known.figures, ...lost.figures },
  };
}

/** Plays the refusals in processes whose kernel has no route to the vendor. */
async function playWithoutRoute(): Promise<ProofResult> {
  const namespaces = await networkNamespaces();
  if (namespaces === null) return { runs: 0, faults: 0, violations: [], figures: { "without a route": notPermitted } };
  const script = await bundleScript(new URL("./unroutable-vendor.ts", import.meta.url));
  try {
    const results: ProofResult[] = [];
    for (const routes of unroutable) {
      // The script prints the result of its cells.
      const result = (await namespaces.run(script.path, routes)) as ProofResult;
      results.push({ ...result, violations: result.violations.map((what) => `${routes.name}: ${what}`) });
    }
    const sum = (of: "runs" | "faults") => results.reduce((total, result) => total + result[of], 0);
    return {
      runs: sum("runs"),
      faults: sum("faults"),
      violations: results.flatMap(({ violations }) => violations),
      figures: { "without a route": `${sum("runs")} in ${unroutable.length} namespaces` },
    };
  } finally {
    await script.remove();
  }
}
