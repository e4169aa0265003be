import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Answer, Question } from "./worker-process.js";

/** A process that runs tests on mutants. */
export interface MutantProcess {
  /** One question at a time. `null` when there is no answer in time: then the process is of no use any more. */
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
