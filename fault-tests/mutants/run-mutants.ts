import type { Mutant } from "./mutant.js";
import { type MutantProcess, startMutantProcess } from "./mutant-process.js";
import type { Verdict } from "./mutant-runner.js";

/** Minimum timeout of a mutant; it is at least twice the duration of all tests, since the machine may be busy. */
const minLimitMs = 180_000;
/** Timeout of the tests without a mutant: half an hour. */
const unchangedLimitMs = 1_800_000;
/** Factor of the timeout in the repetition. */
const retryTimeFactor = 3;

/** A mutant and its verdict. */
export interface Row {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

/** Options of a run. */
export interface RunOptions {
  readonly processes: number;
  readonly nearest: boolean;
  readonly onRow: (row: Row) => void;
  /** @default starts a child process */
  readonly start?: () => Promise<MutantProcess>;
}

/**
 * Runs all mutants, in parallel processes.
 *
 * @throws {Error} when a test fails without a mutant, since the run would prove nothing.
 */
export async function runMutants(
  mutants: readonly Mutant[],
  { processes, nearest, onRow, start = startMutantProcess }: RunOptions,
): Promise<readonly Row[]> {
  const queue = [...mutants];
  const rows: Row[] = [];
  const limitMs = nearest ? minLimitMs : Math.max(minLimitMs, 2 * (await checkUnchanged(mutants, start)));
  const work = async (): Promise<void> => {
    let process = await start();
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      let verdict: Verdict | null = null;
      for (const withinMs of [limitMs, limitMs * retryTimeFactor]) {
        verdict = await runMutant(process, { mutant, nearest, withinMs });
        if (verdict !== null) break;
        process.kill();
        process = await start();
      }
      const row = { mutant, verdict: verdict ?? { type: "timeout", ms: limitMs * retryTimeFactor } } as const;
      rows.push(row);
      onRow(row);
    }
    process.close();
  };
  await Promise.all(Array.from({ length: processes }, work));
  return rows.toSorted((a, b) => mutants.indexOf(a.mutant) - mutants.indexOf(b.mutant));
}

/** Returns how long the tests took, in milliseconds. */
async function checkUnchanged(mutants: readonly Mutant[], start: () => Promise<MutantProcess>): Promise<number> {
  const started = performance.now();
  const process = await start();
  const response = await process.run({ type: "unchanged", mutants }, unchangedLimitMs);
  if (response?.type !== "unchanged") {
    process.kill();
    throw new Error("The tests timed out without a mutant.");
  }
  process.close();
  if (response.red !== null) throw new Error(`A test fails without a mutant: ${response.red}`);
  return Math.ceil(performance.now() - started);
}

/** `null` on a timeout. */
async function runMutant(
  process: MutantProcess,
  { mutant, nearest, withinMs }: { readonly mutant: Mutant; readonly nearest: boolean; readonly withinMs: number },
): Promise<Verdict | null> {
  const response = await process.run({ type: "mutant", mutant, nearest }, withinMs);
  return response?.type === "mutant" ? response.verdict : null;
}
