import type { Mutant } from "./mutant.js";
import { type MutantProcess, startMutantProcess } from "./mutant-process.js";
import type { Verdict } from "./mutant-runner.js";

/** A mutant gets at least this long, and twice what all tests take without any: the machine may be busy. */
const leastLimitMs = 180_000;
/** Where even the tests without a mutant take longer, there is nothing to compare with. */
const unchangedLimitMs = 1_800_000;
/** So many times longer it gets before it is said that it does not come to its end. */
const moreTime = 3;

/** A mutant and what became of it. */
export interface Row {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

/** How mutants are run. */
export interface RunOptions {
  readonly processes: number;
  readonly nearest: boolean;
  readonly onRow: (row: Row) => void;
  /** @default a process of its own */
  readonly start?: () => Promise<MutantProcess>;
}

/**
 * Runs every mutant, in processes side by side.
 *
 * @throws {Error} when a test is red without any mutant: then nothing would be proved.
 */
export async function runMutants(
  mutants: readonly Mutant[],
  { processes, nearest, onRow, start = startMutantProcess }: RunOptions,
): Promise<readonly Row[]> {
  const queue = [...mutants];
  const rows: Row[] = [];
  const limitMs = nearest ? leastLimitMs : Math.max(leastLimitMs, 2 * (await checkUnchanged(mutants, start)));
  const work = async (): Promise<void> => {
    let process = await start();
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      let verdict: Verdict | null = null;
      for (const withinMs of [limitMs, limitMs * moreTime]) {
        verdict = await ask(process, { mutant, nearest, withinMs });
        if (verdict !== null) break;
        process.kill();
        process = await start();
      }
      const row = { mutant, verdict: verdict ?? { type: "timeout", ms: limitMs * moreTime } } as const;
      rows.push(row);
      onRow(row);
    }
    process.close();
  };
  await Promise.all(Array.from({ length: processes }, work));
  return rows.toSorted((a, b) => mutants.indexOf(a.mutant) - mutants.indexOf(b.mutant));
}

/** Answers how long the tests took, in milliseconds. */
async function checkUnchanged(mutants: readonly Mutant[], start: () => Promise<MutantProcess>): Promise<number> {
  const started = performance.now();
  const process = await start();
  const answer = await process.ask({ type: "unchanged", mutants }, unchangedLimitMs);
  if (answer?.type !== "unchanged") {
    process.kill();
    throw new Error("The tests do not come to an end without any mutant.");
  }
  process.close();
  if (answer.red !== null) throw new Error(`A test is red without any mutant: ${answer.red}`);
  return Math.ceil(performance.now() - started);
}

/** `null` when it does not come to an end in time. */
async function ask(
  process: MutantProcess,
  { mutant, nearest, withinMs }: { readonly mutant: Mutant; readonly nearest: boolean; readonly withinMs: number },
): Promise<Verdict | null> {
  const answer = await process.ask({ type: "mutant", mutant, nearest }, withinMs);
  return answer?.type === "mutant" ? answer.verdict : null;
}
