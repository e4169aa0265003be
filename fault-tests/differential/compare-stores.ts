import fc from "fast-check";
import { weightedNames } from "../acts/acts.js";
import { type OpenAt, playActs, type Step } from "./play-acts.js";

/** Result of the comparison. */
export interface Comparison {
  readonly histories: number;
  readonly calls: number;
  /** Descriptions of different results: the acts with the start of each of their results. */
  readonly kinds: number;
  /** The first difference and its shortest history; `null` if there is none. */
  readonly difference: string | null;
}

/** Options of a comparison. */
export interface CompareOptions {
  readonly seed: number;
  readonly histories: number;
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

const maxSteps = 240;
/** Time to shrink a history that shows a difference. */
const shrinksForMs = 20_000;

/** A random history. */
export const randomSteps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    name: fc.constantFrom(...weightedNames),
    seed: fc.nat(),
    passUnits: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 20 }) }),
  }),
  { minLength: 1, maxLength: maxSteps, size: "max" },
);

/** Plays random histories on a reference and on a subject, and compares the result of every call. */
export async function compareStores(
  { reference, subject }: { readonly reference: OpenAt; readonly subject: OpenAt },
  { seed, histories, onProgress }: CompareOptions,
): Promise<Comparison> {
  const kinds = new Set<string>();
  let calls = 0;
  let played = 0;
  let failedAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(randomSteps, async (history) => {
    if (performance.now() - failedAt > shrinksForMs) return;
    try {
      const expected = await playActs(history, reference);
      const actual = await playActs(history, subject, expected);
      const index = expected.findIndex((line, at) => line !== actual[at]);
      if (index >= 0)
        throw new Error(`call ${index + 1}: ${describe(expected[index] ?? "", actual[index] ?? "no call")}`);
      calls += expected.length;
      for (const line of expected) kinds.add(line.slice(0, 60).replaceAll(/\d+/g, "0"));
      played += 1;
      if (failedAt === Number.POSITIVE_INFINITY) onProgress?.(played, histories);
    } catch (error) {
      failedAt = Math.min(failedAt, performance.now());
      throw error;
    }
  });
  const details = await fc.check(property, { seed, numRuns: histories });
  const [history] = details.counterexample ?? [];
  const cause = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  const difference = details.failed
    ? `${cause} (seed ${seed}, path ${details.counterexamplePath}, after ${history?.map(({ name }) => name).join(", ")})`
    : null;
  return { histories: played, calls, kinds: kinds.size, difference };
}

/** The name of the call, and both results around the first character that differs. */
function describe(expected: string, actual: string): string {
  const name = expected.slice(0, expected.indexOf(":"));
  const at = firstDifference(expected, actual);
  const part = (line: string) => line.slice(Math.max(0, at - 200), at + 200);
  return `${name}: …${part(expected)}… became …${part(actual)}…`;
}

function firstDifference(expected: string, actual: string): number {
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at += 1;
  return at;
}
