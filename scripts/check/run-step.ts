import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import type { CheckStep, Counts } from "./check-steps.ts";
import { takeCpuTime, withCpuTime } from "./cpu-time.ts";
import { type FailedFile, parseFailedFiles, type StepResult } from "./failed-files.ts";
import type { RunFolders } from "./run-folders.ts";
import { failedVitestFiles, readVitestReport, vitestCounts } from "./vitest-report.ts";

/** The folders and the browser of a run. */
export interface StepEnvironment {
  readonly folders: RunFolders;
  /** `null` without a browser. */
  readonly chromium: string | null;
}

/** Runs the commands of a step, and counts its tests. */
export async function runStep(step: CheckStep, { folders, chromium }: StepEnvironment): Promise<StepResult> {
  const env = {
    NO_COLOR: "1",
    TMPDIR: step.inMemory === true ? folders.memory : folders.disk,
    // Hundreds of processes import the same modules: they compile each once.
    NODE_COMPILE_CACHE: join(folders.memory, "compile-cache"),
    ...(chromium === null ? {} : { CHROMIUM_PATH: chromium }),
  };
  if (step.vitestReport !== undefined) rmSync(step.vitestReport, { force: true });
  let output = "";
  let cpuSeconds = 0;
  for (const command of step.commands) {
    const result = await runCommand(withCpuTime(command), { env });
    const taken = takeCpuTime(result.output);
    cpuSeconds += taken.seconds;
    output += `$ ${command.join(" ")}\n${taken.output}\n`;
    if (!result.succeeded) {
      const { counts, failedFiles } = testsOf(step, output) ?? { counts: noTests, failedFiles: [] };
      // A run can fail without a failed test: an error outside the tests, or a file that does not load.
      return { counts: { ...counts, failed: Math.max(counts.failed, 1) }, output, cpuSeconds, failedFiles };
    }
  }
  return { counts: testsOf(step, output)?.counts ?? { ...noTests, passed: 1 }, output, cpuSeconds, failedFiles: [] };
}

const noTests: Counts = { passed: 0, failed: 0, skipped: 0 };

/** The totals and the failed files of the step's tests; `null` for a step without tests, which counts as one. */
function testsOf(
  { vitestReport }: CheckStep,
  output: string,
): { readonly counts: Counts; readonly failedFiles: readonly FailedFile[] } | null {
  if (vitestReport !== undefined && existsSync(vitestReport)) {
    const report = readVitestReport(vitestReport);
    return { counts: vitestCounts(report), failedFiles: failedVitestFiles(report) };
  }
  const totals = [...output.matchAll(/^\s*(\d+) passed, (\d+) failed, (\d+) skipped\s*$/gm)].at(-1);
  if (totals === undefined) return null;
  const [passed = 0, failed = 0, skipped = 0] = totals.slice(1).map(Number);
  return { counts: { passed, failed, skipped }, failedFiles: parseFailedFiles(output) };
}
