import { existsSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { findChromium } from "../find-chromium.ts";
import { type CheckStep, type Counts, checkSteps } from "./check-steps.ts";
import { progressLine } from "./progress-line.ts";
import { createRunFolders } from "./run-folders.ts";
import { runSteps } from "./run-steps.ts";
import { readVitestReport, rerunCommands, vitestCounts } from "./vitest-report.ts";

// Runs every step, as many at once as there are cores. After a failure no further step starts. The last line is for
// machines: `N passed, N failed, N skipped`.
const chromium = findChromium(process.env);
const folders = createRunFolders();
const progress = progressLine(process.stdout);
const total = { passed: 0, failed: 0, skipped: 0 };
let ended = 0;

process.once("exit", folders.remove);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const notRun = await runSteps(checkSteps, { slots: availableParallelism(), run });
if (notRun.length > 0) console.log(`Not run: ${notRun.map(({ name }) => name).join(", ")}.`);
total.skipped += notRun.length;

const leftovers = folders.leftovers();
if (leftovers.length > 0) {
  total.failed += 1;
  console.log(
    `FAILED: these are still in the temporary folder. Remove each where it is used:\n${leftovers.join("\n")}`,
  );
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);

/** Runs a step, and prints a line when it ends. */
async function run(step: CheckStep): Promise<boolean> {
  if (step.needsBrowser === true && chromium === null) {
    report(step, {
      text: "skipped, no Chromium was found (install one, or set CHROMIUM_PATH)",
      counts: { skipped: 1 },
    });
    return true;
  }
  progress.start(step.name);
  const started = performance.now();
  const { counts, output } = await runCommands(step);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  progress.end(step.name);
  if (counts.failed === 0) {
    report(step, { text: `passed in ${seconds} s${counts.passed > 1 ? ` (${counts.passed} tests)` : ""}`, counts });
    return true;
  }
  const advice = [`${step.name} failed. ${step.advice}`, ...failedTestsOf(step)].join("\n");
  report(step, { text: `FAILED after ${seconds} s\n\n${output.trimEnd()}\n\n${advice}`, counts });
  return false;
}

function report(step: CheckStep, { text, counts }: { readonly text: string; readonly counts: Partial<Counts> }): void {
  total.passed += counts.passed ?? 0;
  total.failed += counts.failed ?? 0;
  total.skipped += counts.skipped ?? 0;
  ended += 1;
  progress.print(`[${ended}/${checkSteps.length}] ${step.name}: ${text}`);
}

async function runCommands(step: CheckStep): Promise<{ readonly counts: Counts; readonly output: string }> {
  const env = {
    NO_COLOR: "1",
    TMPDIR: step.inMemory === true ? folders.memory : folders.disk,
    // Hundreds of processes import the same modules: they compile each once.
    NODE_COMPILE_CACHE: join(folders.memory, "compile-cache"),
    ...(chromium === null ? {} : { CHROMIUM_PATH: chromium }),
  };
  if (step.vitestReport !== undefined) rmSync(step.vitestReport, { force: true });
  let output = "";
  for (const command of step.commands) {
    const result = await runCommand(command, { env });
    output += `$ ${command.join(" ")}\n${result.output}\n`;
    if (!result.succeeded) {
      const counts = countsOf(step, output) ?? { passed: 0, failed: 1, skipped: 0 };
      // A run can fail without a failed test: an error outside the tests, or a file that does not load.
      return { counts: { ...counts, failed: Math.max(counts.failed, 1) }, output };
    }
  }
  return { counts: countsOf(step, output) ?? { passed: 1, failed: 0, skipped: 0 }, output };
}

/** The totals of the step's tests; `null` for a step without tests, which counts as one. */
function countsOf({ vitestReport }: CheckStep, output: string): Counts | null {
  if (vitestReport !== undefined && existsSync(vitestReport)) return vitestCounts(readVitestReport(vitestReport));
  const totals = [...output.matchAll(/^\s*(\d+) passed, (\d+) failed, (\d+) skipped\s*$/gm)].at(-1);
  if (totals === undefined) return null;
  return { passed: Number(totals[1]), failed: Number(totals[2]), skipped: Number(totals[3]) };
}

/** The commands that run the failed tests of a step alone. */
function failedTestsOf({ vitestReport }: CheckStep): readonly string[] {
  if (vitestReport === undefined || !existsSync(vitestReport)) return [];
  return rerunCommands(readVitestReport(vitestReport));
}
