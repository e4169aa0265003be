import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { memoryFolder } from "./memory-folder.ts";

/**
 * Vitest's global setup: all test files and their child processes use one temporary folder, which is removed after the
 * run. So a child process that a test kills leaves no files behind.
 */
export function setup(): () => void {
  const folder = mkdtempSync(join(memoryFolder(), "safelight-vitest-"));
  const { TMPDIR: outer } = process.env;
  process.env.TMPDIR = folder;
  // A killed child process may write for another moment.
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", remove).once("SIGTERM", () => process.exit(143));
  return () => {
    if (outer === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = outer;
    remove();
  };
}
