import { run } from "node:test";
import { spec } from "node:test/reporters";

// Runs one test file, sends the counts to the parent process, and exits.
const counts = { passed: 0, failed: 0, skipped: 0 };

/** Time limit of the file and of each test, in milliseconds. Only a hang reaches it. */
const maxTestMs = 480_000;

const tests = run({ files: process.argv.slice(2), forceExit: true, timeout: maxTestMs });
tests.on("test:pass", ({ details, skip }) => {
  if (details.type === "suite") return;
  counts[skip === undefined ? "passed" : "skipped"] += 1;
});
tests.on("test:fail", () => {
  counts.failed += 1;
});
process.once("disconnect", () => process.exit(1));
const report = tests.compose(new spec());
report.pipe(process.stdout);
report.on("end", () => process.send?.(counts, () => process.exit()));
