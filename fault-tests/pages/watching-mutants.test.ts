import { describe, expect, it } from "vitest";
import { isLongRun } from "../../packages/server/test/long-run.js";
import { loadMutant, mutatedSource } from "./load-mutant.js";
import { watchingMutants } from "./watching-mutants.js";

/** Random scenarios break a promise after up to 40; given acts after two. */
const maxScenarios = 100;

describe("F22", () => {
  // The short form tests every fourth mutant.
  it.each(watchingMutants.filter((_, index) => isLongRun || index % 4 === 0))(
    "fails without a rule: $name",
    { timeout: 120_000 },
    async (mutant) => {
      const { playUntilCaught } = await loadMutant(mutant);
      expect(await playUntilCaught({ acts: mutant.acts, maxScenarios })).not.toBeNull();
    },
  );

  it("passes with all rules, in the scenarios that fail without one", { timeout: 120_000 }, async () => {
    const { playUntilCaught } = await loadMutant(null);
    for (const { acts, name } of watchingMutants) {
      if (acts !== undefined) expect(await playUntilCaught({ acts, maxScenarios: 3 }), name).toBeNull();
    }
  });

  it.each(watchingMutants)("finds the code of a rule, in the short form too: $name", (mutant) => {
    expect(mutatedSource(mutant)).toContain(mutant.instead);
  });

  it("fails loudly when a rule has another form", async () => {
    const [mutant] = watchingMutants;
    if (mutant === undefined) throw new Error("There is no mutant.");
    await expect(loadMutant({ ...mutant, code: "if (gone) return;" })).rejects.toThrow("is no longer in frame.ts");
    await expect(loadMutant({ ...mutant, code: "return" })).rejects.toThrow("is more than once in frame.ts");
    const unused = { ...mutant, file: "../create-safelight-client.ts", code: "import type { ClientOptions }" };
    await expect(loadMutant(unused)).rejects.toThrow("does not import");
  });
});
