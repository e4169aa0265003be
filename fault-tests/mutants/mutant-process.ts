import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MutantRequest, MutantResponse } from "./worker-process.js";

/** A mutant with an endless loop may fill the memory before its timeout. */
const maxBytes = 4 * 1_024 ** 3;

/** A process that runs tests on mutants. */
export interface MutantProcess {
  /**
   * Runs one request at a time. `null` on a timeout or when the process exceeds its memory: it must then be killed.
   */
  run(request: MutantRequest, withinMs: number): Promise<MutantResponse | null>;
  /** Ends the process after its current request. */
  close(): void;
  /** Kills the process and the process of its tests, which may be in an endless loop. */
  kill(): void;
}

/** Starts a process and waits until it is ready. */
export async function startMutantProcess(): Promise<MutantProcess> {
  const file = new URL("./worker-process.ts", import.meta.url).pathname;
  // Tests mostly wait for the disk. Files in memory change no result.
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "safelight-mutants-"));
  const child = fork(file, { env: { ...process.env, TMPDIR: folder, NODE_ENV: "test" }, detached: true });
  child.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await once(child, "message");
  return {
    run: async (request, withinMs) => {
      const response = await run(child, { request, withinMs });
      // Files that tests leave would fill the memory over hundreds of mutants.
      for (const name of readdirSync(folder)) {
        if (name.startsWith("safelight-")) rmSync(join(folder, name), { recursive: true, force: true });
      }
      return response;
    },
    close: () => child.disconnect(),
    kill: () => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    },
  };
}

async function run(
  child: ChildProcess,
  { request, withinMs }: { readonly request: MutantRequest; readonly withinMs: number },
): Promise<MutantResponse | null> {
  child.send(request);
  const tooLarge = new AbortController();
  const watch = setInterval(() => {
    if (bytesOf(child) > maxBytes) tooLarge.abort();
  }, 1_000);
  const tooLong = AbortSignal.any([AbortSignal.timeout(withinMs), tooLarge.signal]);
  const answered = new AbortController();
  const signal = AbortSignal.any([tooLong, answered.signal]);
  try {
    const [response] = await Promise.race([once(child, "message", { signal }), diedOf(child, signal)]);
    return response;
  } catch (error) {
    if (tooLong.aborted) return null;
    throw error;
  } finally {
    clearInterval(watch);
    // Removes the remaining listener.
    answered.abort();
  }
}

/** Resident memory of the process and of its tests; 0 without `ps`. */
function bytesOf({ pid }: ChildProcess): number {
  const { stdout = "" } = spawnSync("ps", ["-o", "rss=", "-s", String(pid)], { encoding: "utf8" });
  return stdout.split("\n").reduce((sum, kib) => sum + Number(kib) * 1_024, 0);
}

async function diedOf(child: ChildProcess, signal: AbortSignal): Promise<never> {
  const [code, killedBy] = await once(child, "exit", { signal });
  throw new Error(`A mutant process exited with ${code ?? killedBy}.`);
}
