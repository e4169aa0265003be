import { existsSync, readFileSync, rmSync } from "node:fs";
import { type CheckStep, type Counts, checkSteps } from "./check-steps.ts";
import { runCommand } from "./command.ts";
import { findChromium } from "./find-chromium.ts";

// Runs every step in order and stops at the first that fails. The last line is for machines: `N passed, N failed, N skipped`.
const chromium = findChromium(process.env);
const env = { NO_COLOR: "1", ...(chromium === null ? {} : { CHROMIUM_PATH: chromium }) };
const total = { passed: 0, failed: 0, skipped: 0 };

for (const [index, step] of checkSteps.entries()) {
  const title = `[${index + 1}/${checkSteps.length}] ${step.name}`;
  if (step.needsBrowser === true && chromium === null) {
    console.log(`${title}: skipped, no Chromium was found (install one, or set CHROMIUM_PATH)`);
    total.skipped += 1;
    continue;
  }
  const { counts, seconds, output } = await runStep(step);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  if (counts.failed === 0) {
    console.log(`${title}: passed in ${seconds} s${counts.passed > 1 ? ` (${counts.passed} tests)` : ""}`);
    continue;
  }
  console.log(`${title}: FAILED after ${seconds} s\n\n${output.trimEnd()}\n\n${step.name} failed. ${step.advice}`);
  const rest = checkSteps.slice(index + 1);
  if (rest.length > 0) console.log(`Not run: ${rest.map(({ name }) => name).join(", ")}.`);
  total.skipped += rest.length;
  process.exitCode = 1;
  break;
}

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);

async function runStep(step: CheckStep): Promise<{ counts: Counts; seconds: string; output: string }> {
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1_000).toFixed(1);
  if (step.vitestReport !== undefined) rmSync(step.vitestReport, { force: true });
  let output = "";
  for (const command of step.commands) {
    const result = await runCommand(command, { env, timeoutMs: step.timeoutMs ?? 900_000 });
    output += `$ ${command.join(" ")}\n${result.output}\n`;
    if (!result.succeeded) {
      const counts = reportedCounts(step, output) ?? { passed: 0, failed: 1, skipped: 0 };
      // Tests may all pass and the run fail all the same: an error outside of them, a file that does not load.
      return { counts: { ...counts, failed: Math.max(counts.failed, 1) }, seconds: seconds(), output };
    }
  }
  const counts = reportedCounts(step, output) ?? { passed: 1, failed: 0, skipped: 0 };
  return { counts, seconds: seconds(), output };
}

/** What the step's tests say of themselves; `null` where it has none, and counts as one. */
function reportedCounts(step: CheckStep, output: string): Counts | null {
  if (step.vitestReport !== undefined && existsSync(step.vitestReport)) {
    const report: VitestReport = JSON.parse(readFileSync(step.vitestReport, "utf8"));
    const skipped = report.numPendingTests + report.numTodoTests;
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped };
  }
  const said = [...output.matchAll(/^\s*(\d+) passed, (\d+) failed, (\d+) skipped\s*$/gm)].at(-1);
  if (said === undefined) return null;
  return { passed: Number(said[1]), failed: Number(said[2]), skipped: Number(said[3]) };
}

/** The part of vitest's JSON report that is read here. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}
