import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { Mutant } from "./mutant.js";
import type { Verdict } from "./mutant-runner.js";
import type { Answer, Question } from "./worker-process.js";

/** A mutant that takes longer than this does not come to its end, and nobody would ship it. */
const limitMs = 180_000;

/** A mutant and what became of it. */
export interface Row {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

/**
 * Runs every mutant, in processes side by side.
 *
 * @throws {Error} when a test is red without any mutant: then nothing would be proved.
 */
export async function runMutants(
  mutants: readonly Mutant[],
  options: { readonly processes: number; readonly nearest: boolean; readonly onRow: (row: Row) => void },
): Promise<readonly Row[]> {
  const queue = [...mutants];
  const rows: Row[] = [];
  const work = async (): Promise<void> => {
    let child = await start();
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      let verdict = await ask(child, mutant, options.nearest);
      if (verdict === null) {
        kill(child);
        child = await start();
        verdict = { type: "caught", by: "it does not come to an end", ms: limitMs };
      }
      const row = { mutant, verdict };
      rows.push(row);
      options.onRow(row);
    }
    child.disconnect();
  };
  if (!options.nearest) await checkUnchanged(mutants);
  await Promise.all(Array.from({ length: options.processes }, work));
  return rows.toSorted((a, b) => mutants.indexOf(a.mutant) - mutants.indexOf(b.mutant));
}

async function checkUnchanged(mutants: readonly Mutant[]): Promise<void> {
  const child = await start();
  const answer = await send(child, { type: "unchanged", mutants }, limitMs);
  child.disconnect();
  if (answer?.type !== "unchanged") throw new Error("The tests do not come to an end without any mutant.");
  if (answer.red !== null) throw new Error(`A test is red without any mutant: ${answer.red}`);
}

/** With the process of its tests, which may be in a loop that hears nothing. */
function kill({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}

/** `null` when it does not come to an end. */
async function ask(child: ChildProcess, mutant: Mutant, nearest: boolean): Promise<Verdict | null> {
  const answer = await send(child, { type: "mutant", mutant, nearest }, limitMs);
  return answer?.type === "mutant" ? answer.verdict : null;
}

async function send(child: ChildProcess, question: Question, withinMs: number): Promise<Answer | null> {
  child.send(question);
  const tooLong = AbortSignal.timeout(withinMs);
  const answered = new AbortController();
  const signal = AbortSignal.any([tooLong, answered.signal]);
  try {
    const [answer] = await Promise.race([once(child, "message", { signal }), diedOf(child, signal)]);
    return answer;
  } catch (error) {
    if (tooLong.aborted) return null;
    throw error;
  } finally {
    // Lets go of the listener that waits on.
    answered.abort();
  }
}

async function diedOf(child: ChildProcess, signal: AbortSignal): Promise<never> {
  const [code, killedBy] = await once(child, "exit", { signal });
  throw new Error(`A process of the gate ended with ${code ?? killedBy}.`);
}

async function start(): Promise<ChildProcess> {
  const file = new URL("./worker-process.ts", import.meta.url).pathname;
  // Tests wait for their disk most of the time: in memory, nothing of what they say changes.
  const memory = existsSync("/dev/shm") ? { TMPDIR: "/dev/shm" } : {};
  const child = fork(file, { env: { ...process.env, ...memory, NODE_ENV: "test" }, detached: true });
  await once(child, "message");
  return child;
}
