import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

// Runs the demo's tests, or those whose paths contain a given word, file by file: each starts a server and a browser
// of its own. The last line is for machines: `N passed, N failed, N skipped`.
const folder = dirname(import.meta.dirname);
const wanted = process.argv[2] ?? "";
const files = globSync("{server,e2e}/*.test.ts", { cwd: folder })
  .filter((file) => file.includes(wanted))
  .sort();
const counts = { passed: 0, failed: 0, skipped: 0 };

const tests = run({
  files: files.map((file) => join(folder, file)),
  concurrency: false,
  timeout: 180_000,
  forceExit: true,
});
tests.on("test:pass", ({ details, skip }) => {
  if (details.type === "suite") return;
  counts[skip === undefined ? "passed" : "skipped"] += 1;
});
tests.on("test:fail", () => {
  counts.failed += 1;
});
tests.compose(new spec()).pipe(process.stdout);
tests.on("close", () => {
  process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  process.once("beforeExit", () => {
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  });
});
