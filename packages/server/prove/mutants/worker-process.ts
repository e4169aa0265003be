import type { Mutant } from "./mutant.js";
import { MutantRunner, type Verdict } from "./mutant-runner.js";

/** What is asked of this process: the tests as they are, or a mutant. */
export type Question =
  | { readonly type: "unchanged"; readonly mutants: readonly Mutant[] }
  | { readonly type: "mutant"; readonly mutant: Mutant; readonly nearest: boolean };

/** What it answers. `null`: all green. */
export type Answer =
  | { readonly type: "unchanged"; readonly red: string | null }
  | { readonly type: "mutant"; readonly verdict: Verdict };

const runner = await MutantRunner.start();

process.on("message", (question: Question) => {
  answer(question).then(
    (said) => process.send?.(said),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function answer(question: Question): Promise<Answer> {
  if (question.type === "mutant") return { type: "mutant", verdict: await runner.run(question.mutant, question) };
  return { type: "unchanged", red: await runner.runUnchanged(question.mutants) };
}
