import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { findChromium } from "../find-chromium.ts";
import { type CheckStep, type Counts, checkSteps } from "./check-steps.ts";
import { countsWithout, filesToRunAgain, type StepResult } from "./failed-files.ts";
import { progressLine } from "./progress-line.ts";
import { createRunFolders } from "./run-folders.ts";
import { runStep } from "./run-step.ts";
import { runSteps } from "./run-steps.ts";
import { readVitestReport, rerunCommands } from "./vitest-report.ts";

// Runs every step, one more at once than there are cores, because each waits now and then. After a failure no further step starts. If a step fails in a few
// test files only, they run again after all steps, each alone, because a busy machine can fail correct code. The last
// line is for machines: `N passed, N failed, N skipped`.
const chromium = findChromium(process.env);
const folders = createRunFolders();
const progress = progressLine(process.stdout);
const total = { passed: 0, failed: 0, skipped: 0 };
const toRunAgain: { readonly step: CheckStep; readonly file: string }[] = [];
let ended = 0;

process.once("exit", folders.remove);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const notRun = await runSteps(checkSteps, { slots: availableParallelism() + 1, run });
const passedAgain: string[] = [];
for (const { step, file } of toRunAgain) if (await runAgain(step, file)) passedAgain.push(file);
if (notRun.length > 0) console.log(`Not run: ${notRun.map(({ name }) => name).join(", ")}.`);
total.skipped += notRun.length;

const leftovers = folders.leftovers();
if (leftovers.length > 0) {
  total.failed += 1;
  console.log(
    `FAILED: these are still in the temporary folder. Remove each where it is used:\n${leftovers.join("\n")}`,
  );
}
if (passedAgain.length > 0) console.log(`\nPassed only when they ran again:\n${passedAgain.join("\n")}`);
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);

/** Runs a step, and prints a line when it ends. */
async function run(step: CheckStep): Promise<boolean> {
  if (step.needsBrowser === true && chromium === null) {
    const text = "skipped, no Chromium was found (install one, or set CHROMIUM_PATH)";
    report(step, { text, counts: { skipped: 1 } });
    return true;
  }
  const { seconds, ...result } = await runTimed(step);
  const { counts, cpuSeconds, output } = result;
  if (counts.failed === 0) {
    const tests = counts.passed > 1 ? `${counts.passed} tests, ` : "";
    report(step, { text: `passed in ${seconds} s (${tests}${cpuSeconds.toFixed(1)} s of CPU time)`, counts });
    return true;
  }
  const { runFile } = step;
  const files = filesToRunAgain(result);
  if (runFile !== undefined && files.length > 0) {
    const names = files.map(({ name }) => name);
    toRunAgain.push(...names.map((file) => ({ step: { ...step, commands: [runFile(file)] }, file })));
    const text = `failed after ${seconds} s\n\n${output.trimEnd()}\n\nThese run again after all steps:\n${names.join("\n")}`;
    report(step, { text, counts: countsWithout(counts, files) });
    return true;
  }
  const advice = [`${step.name} failed. ${step.advice}`, ...failedTestsOf(step)].join("\n");
  report(step, { text: `FAILED after ${seconds} s\n\n${output.trimEnd()}\n\n${advice}`, counts });
  return false;
}

/** Runs a step whose command is that of one failed file, and prints a line when it ends. */
async function runAgain(step: CheckStep, file: string): Promise<boolean> {
  const { counts, output, seconds } = await runTimed(step);
  count(counts);
  const isPassed = counts.failed === 0;
  const advice = [`${file} failed twice. ${step.advice}`, ...failedTestsOf(step)].join("\n");
  const end = isPassed ? `passed in ${seconds} s` : `FAILED after ${seconds} s\n\n${output.trimEnd()}\n\n${advice}`;
  progress.print(`${step.name}, again: ${file} ${end}`);
  return isPassed;
}

async function runTimed(step: CheckStep): Promise<StepResult & { readonly seconds: string }> {
  progress.start(step.name);
  const started = performance.now();
  const result = await runStep(step, { folders, chromium });
  progress.end(step.name);
  return { ...result, seconds: ((performance.now() - started) / 1_000).toFixed(1) };
}

function report(step: CheckStep, { text, counts }: { readonly text: string; readonly counts: Partial<Counts> }): void {
  count(counts);
  ended += 1;
  progress.print(`[${ended}/${checkSteps.length}] ${step.name}: ${text}`);
}

function count({ passed = 0, failed = 0, skipped = 0 }: Partial<Counts>): void {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/** The commands that run the failed tests of a step alone. */
function failedTestsOf({ vitestReport }: CheckStep): readonly string[] {
  if (vitestReport === undefined || !existsSync(vitestReport)) return [];
  return rerunCommands(readVitestReport(vitestReport));
}
