import type { Mutant } from "./mutant.js";
import { MutantRunner, type Verdict } from "./mutant-runner.js";

/** A message to this process: run the unchanged tests, or a mutant. */
export type MutantRequest =
  | { readonly type: "unchanged"; readonly mutants: readonly Mutant[] }
  | { readonly type: "mutant"; readonly mutant: Mutant; readonly nearest: boolean };

/** The response. `red` is `null` when all tests pass. */
export type MutantResponse =
  | { readonly type: "unchanged"; readonly red: string | null }
  | { readonly type: "mutant"; readonly verdict: Verdict };

const runner = await MutantRunner.start();

process.on("message", (request: MutantRequest) => {
  respond(request).then(
    (response) => process.send?.(response),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function respond(request: MutantRequest): Promise<MutantResponse> {
  if (request.type === "mutant") return { type: "mutant", verdict: await runner.run(request.mutant, request) };
  return { type: "unchanged", red: await runner.runUnchanged(request.mutants) };
}
