import { execFileSync, fork } from "node:child_process";
import { globSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { failedFileLine } from "../../../scripts/check/failed-files.ts";
import { endGroup } from "../../../scripts/command.ts";
import { browserVariable, serveBrowser } from "./browser.ts";
import { isTestCounts, type TestCounts } from "./test-counts.ts";

// Runs the demo's test files, or only those whose path contains an argument. `--check` leaves out those of `onlyAlone`. Each
// file starts its own servers; all share one browser. The last lines are machine-readable: one for each failed file, and
// `N passed, N failed, N skipped`.
const folder = dirname(import.meta.dirname);
const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { check: { type: "boolean", default: false } },
});
const sizeOf = (file: string): number => statSync(join(folder, file)).size;

/** Slow files that the check leaves out, each with the cheaper tests by which the check covers the same rules. */
const onlyAlone: Readonly<Record<string, string>> = {
  "cluster/cluster.test.ts": "cluster/supervised-process.test.ts and cluster/reverse-proxy.test.ts beside it",
  "e2e/late-chunks.test.ts": "late-chunks.test.tsx and submit/use-generate.late.test.tsx of packages/react",
  "e2e/late-chunks-outage.test.ts": "packages/react/src/lib/late-chunks.test.tsx",
  "e2e/notices-many.test.ts": "packages/react/src/lib/notices/use-generation-notices.many.test.tsx",
  "e2e/one-connection.test.ts": "follow.pages.test.ts and follow.owner.test.ts of packages/client/src/lib/watching",
  "e2e/frozen-pages.test.ts": "packages/client/src/lib/watching/follow.pages.test.ts",
  "e2e/video.test.ts": "packages/server/src/lib/http/mount/create-router.video.test.ts",
};

// Largest first, so that a long file does not run alone at the end.
const files = globSync("{server,cluster,cluster/prove,e2e,src/*}/*.test.ts", { cwd: folder })
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .filter((file) => !(values.check && file in onlyAlone))
  .sort((left, right) => sizeOf(right) - sizeOf(left));

/** In milliseconds. A file ends itself earlier; one that exceeds this limit hangs and is killed. */
const maxFileMs = 540_000;

/** A file mostly waits for its server or page, so two files run well on two cores. */
const maxFilesAtOnce = Math.min(availableParallelism(), 2);

const running = new Set<number>();
const endAll = (): void => {
  for (const pid of running) endGroup(pid);
};
// Each file runs in its own process group, which does not receive this process's signals.
const interrupted = (): void => process.exit(130);
process.once("exit", endAll).once("SIGINT", interrupted).once("SIGTERM", interrupted);

if (process.env.NODE_COMPILE_CACHE !== undefined) fillCompileCache();
const browser = await serveBrowser();
const counts = { passed: 0, failed: 0, skipped: 0 };
const failedLines: string[] = [];
const startedAt = performance.now();
const queue = files.values();
await Promise.all(Array.from({ length: maxFilesAtOnce }, runFiles));
await browser?.close();
console.log(`\n${files.length} files in ${secondsSince(startedAt)} s, ${maxFilesAtOnce} at a time`);
for (const line of failedLines) console.log(line);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

/** Runs the server once to its own end: Node writes its cache only then, and the tests kill their servers. */
function fillCompileCache(): void {
  const data = mkdtempSync(join(tmpdir(), "safelight-demo-"));
  const unset = { DATABASE_URL: "", REDIS_URL: "", DEMO_DATA: "" };
  const env = { ...process.env, ...unset, DEMO_DB: `file:${join(data, "demo.db")}`, DEMO_ROLE: "migrate" };
  try {
    execFileSync(process.execPath, ["server/main.ts"], { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
  } finally {
    rmSync(data, { recursive: true });
  }
}

/** Runs files from the queue until it is empty. */
async function runFiles(): Promise<void> {
  for (const file of queue) {
    const fileStartedAt = performance.now();
    const { output, ...ended } = await runFile(join(folder, file));
    process.stdout.write(`\n${file}, ${secondsSince(fileStartedAt)} s\n${output}`);
    counts.passed += ended.passed;
    counts.failed += ended.failed;
    counts.skipped += ended.skipped;
    if (ended.failed > 0) failedLines.push(failedFileLine({ name: file, counts: ended }));
  }
}

/** Runs a file in its own process group, and kills the remaining processes of the group after it. */
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
    // Printed at the end, so that concurrent files do not interleave.
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
      output += `\n✖ ${path} timed out after ${maxFileMs / 1_000} s\n`;
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
