import { fork } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { endGroup } from "../../../scripts/command.ts";
import { browserVariable, serveBrowser } from "./browser.ts";
import { isTestCounts, type TestCounts } from "./test-counts.ts";

// Runs the demo's tests, or those whose paths contain a given word. Each file starts a server of its own; all of them
// share one browser. The last line is for machines: `N passed, N failed, N skipped`.
const folder = dirname(import.meta.dirname);
const wanted = process.argv[2] ?? "";
const sizeOf = (file: string): number => statSync(join(folder, file)).size;
// The largest file first: it is not what the others have to wait for at the end.
const files = globSync("{server,e2e,src/*}/*.test.ts", { cwd: folder })
  .filter((file) => file.includes(wanted))
  .sort((one, other) => sizeOf(other) - sizeOf(one));

/** In milliseconds: longer than the time that a file gives itself. What is there then does not end by being asked. */
const maxFileMs = 200_000;

/** Much of a file's time is waiting for the server or the page: two files share two cores well. */
const maxFilesAtOnce = Math.min(availableParallelism(), 2);

const running = new Set<number>();
const endAll = (): void => {
  for (const pid of running) endGroup(pid);
};
// The group of each file is its own: what ends this process does not reach it.
const interrupted = (): void => process.exit(130);
process.once("exit", endAll).once("SIGINT", interrupted).once("SIGTERM", interrupted);

const browser = await serveBrowser();
const counts = { passed: 0, failed: 0, skipped: 0 };
const startedAt = performance.now();
const queue = files.values();
await Promise.all(Array.from({ length: maxFilesAtOnce }, runFiles));
await browser?.close();
console.log(`\n${files.length} files in ${secondsSince(startedAt)} s, ${maxFilesAtOnce} at a time`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

/** Takes files from the queue, one after the other, until it is empty. */
async function runFiles(): Promise<void> {
  for (const file of queue) {
    const fileStartedAt = performance.now();
    const { output, ...ended } = await runFile(join(folder, file));
    process.stdout.write(`\n${file}, ${secondsSince(fileStartedAt)} s\n${output}`);
    counts.passed += ended.passed;
    counts.failed += ended.failed;
    counts.skipped += ended.skipped;
  }
}

/** Runs a file as a group of processes, and ends what is left of the group, whatever became of the tests. */
function runFile(path: string): Promise<TestCounts & { readonly output: string }> {
  const child = fork(join(import.meta.dirname, "run-file.ts"), [path], {
    detached: process.platform !== "win32",
    silent: true,
    env: { ...process.env, ...(browser !== null && { [browserVariable]: browser.wsEndpoint() }) },
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  return new Promise((resolve) => {
    let counted: TestCounts | null = null;
    // Whole, at the end: files that run at once do not print into each other.
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("message", (message) => {
      if (isTestCounts(message)) counted = message;
    });
    const timer = setTimeout(() => {
      output += `\n✖ ${path} did not end within ${maxFileMs / 1_000} s\n`;
      endGroup(pid);
    }, maxFileMs);
    child.on("exit", () => {
      clearTimeout(timer);
      endGroup(pid);
      if (pid !== undefined) running.delete(pid);
    });
    child.on("close", () => resolve({ ...(counted ?? { passed: 0, failed: 1, skipped: 0 }), output }));
  });
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1_000).toFixed(1);
}
