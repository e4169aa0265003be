import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Answer, Question } from "./worker-process.js";

/** A loop that nothing ends may fill the memory of the machine before its time is over. */
const mostBytes = 4 * 1_024 ** 3;

/** A process that runs tests on mutants. */
export interface MutantProcess {
  /**
   * One question at a time. `null` when there is no answer in time, or none before the memory is full: then the process
   * is of no use any more.
   */
  ask(question: Question, withinMs: number): Promise<Answer | null>;
  /** Ends it once it is done with. */
  close(): void;
  /** Ends it with the process of its tests, which may be in a loop that hears nothing. */
  kill(): void;
}

/** Starts one, and waits until it can be asked. */
export async function startMutantProcess(): Promise<MutantProcess> {
  const file = new URL("./worker-process.ts", import.meta.url).pathname;
  // Tests wait for their disk most of the time: in memory, nothing of what they say changes.
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "safelight-mutants-"));
  const child = fork(file, { env: { ...process.env, TMPDIR: folder, NODE_ENV: "test" }, detached: true });
  child.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await once(child, "message");
  return {
    ask: async (question, withinMs) => {
      const answer = await ask(child, question, withinMs);
      // What tests leave behind would fill the memory over hundreds of mutants.
      for (const name of readdirSync(folder)) {
        if (name.startsWith("safelight-")) rmSync(join(folder, name), { recursive: true, force: true });
      }
      return answer;
    },
    close: () => child.disconnect(),
    kill: () => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    },
  };
}

async function ask(child: ChildProcess, question: Question, withinMs: number): Promise<Answer | null> {
  child.send(question);
  const tooLarge = new AbortController();
  const watch = setInterval(() => {
    if (bytesOf(child) > mostBytes) tooLarge.abort();
  }, 1_000);
  const tooLong = AbortSignal.any([AbortSignal.timeout(withinMs), tooLarge.signal]);
  const answered = new AbortController();
  const signal = AbortSignal.any([tooLong, answered.signal]);
  try {
    const [answer] = await Promise.race([once(child, "message", { signal }), diedOf(child, signal)]);
    return answer;
  } catch (error) {
    if (tooLong.aborted) return null;
    throw error;
  } finally {
    clearInterval(watch);
    // Lets go of the listener that waits on.
    answered.abort();
  }
}

/** What the process and that of its tests hold in memory; 0 where `ps` does not say. */
function bytesOf({ pid }: ChildProcess): number {
  const { stdout = "" } = spawnSync("ps", ["-o", "rss=", "-s", String(pid)], { encoding: "utf8" });
  return stdout.split("\n").reduce((sum, kib) => sum + Number(kib) * 1_024, 0);
}

async function diedOf(child: ChildProcess, signal: AbortSignal): Promise<never> {
  const [code, killedBy] = await once(child, "exit", { signal });
  throw new Error(`A process of the gate ended with ${code ?? killedBy}.`);
}
