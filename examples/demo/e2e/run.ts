import { fork } from "node:child_process";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { endGroup } from "../../../scripts/command.ts";
import { type Counts, isCounts } from "./counts.ts";

// Runs the demo's tests, or those whose paths contain a given word, file by file: each starts a server and a browser
// of its own. The last line is for machines: `N passed, N failed, N skipped`.
const folder = dirname(import.meta.dirname);
const wanted = process.argv[2] ?? "";
const files = globSync("{server,e2e,src/*}/*.test.ts", { cwd: folder })
  .filter((file) => file.includes(wanted))
  .sort();

/** In milliseconds: longer than the time that a file gives itself. What is there then does not end by being asked. */
const longestFileMs = 200_000;

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const file of files) {
  const { passed, failed, skipped } = await runFile(join(folder, file));
  counts.passed += passed;
  counts.failed += failed;
  counts.skipped += skipped;
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

/** Runs a file as a group of processes, and ends what is left of the group, whatever became of the tests. */
function runFile(path: string): Promise<Counts> {
  const child = fork(join(import.meta.dirname, "run-file.ts"), [path], { detached: process.platform !== "win32" });
  const end = (): void => endGroup(child.pid);
  // The group is its own: what ends this process does not reach it.
  const interrupted = (): void => process.exit(130);
  process.once("exit", end).once("SIGINT", interrupted).once("SIGTERM", interrupted);
  return new Promise((resolve) => {
    let counted: Counts | null = null;
    child.on("message", (message) => {
      if (isCounts(message)) counted = message;
    });
    const timer = setTimeout(() => {
      console.log(`\n✖ ${path} did not end within ${longestFileMs / 1_000} s`);
      end();
    }, longestFileMs);
    child.on("exit", () => {
      clearTimeout(timer);
      end();
      process.off("exit", end).off("SIGINT", interrupted).off("SIGTERM", interrupted);
      resolve(counted ?? { passed: 0, failed: 1, skipped: 0 });
    });
  });
}
