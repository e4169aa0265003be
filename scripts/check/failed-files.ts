import type { Counts } from "./check-steps.ts";

/** A test file, or a host, in which a test failed. */
export interface FailedFile {
  /** As in the command that runs it alone. */
  readonly name: string;
  readonly counts: Counts;
}

/** How the commands of a step ended. */
export interface StepResult {
  readonly counts: Counts;
  readonly output: string;
  /** User and system time of its processes, in seconds. */
  readonly cpuSeconds: number;
  /** Empty when the step passed, or failed in another way. */
  readonly failedFiles: readonly FailedFile[];
}

/** Max files to run again. A real defect fails more files, or fails again. */
const maxFilesToRunAgain = 5;

/** The line that the runners of the demo and of the hosts print for a failed file. */
export function failedFileLine({ name, counts: { passed, failed, skipped } }: FailedFile): string {
  return `Failed: ${name} (${passed} passed, ${failed} failed, ${skipped} skipped)`;
}

/** The files that an output names in lines of `failedFileLine`. */
export function parseFailedFiles(output: string): readonly FailedFile[] {
  const lines = output.matchAll(/^Failed: (\S+) \((\d+) passed, (\d+) failed, (\d+) skipped\)$/gm);
  return [...lines].map(([, name = "", passed, failed, skipped]) => ({
    name,
    counts: { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) },
  }));
}

/**
 * The failed files of a step that may run again; empty when there are too many, or when something else failed too: a
 * failure outside the files, or an error that no test caught.
 */
export function filesToRunAgain({ counts, output, failedFiles }: StepResult): readonly FailedFile[] {
  const inFiles = failedFiles.reduce((sum, file) => sum + file.counts.failed, 0);
  const isElsewhere = inFiles !== counts.failed || /^Vitest caught \d+ unhandled errors?/m.test(output);
  return isElsewhere || failedFiles.length > maxFilesToRunAgain ? [] : failedFiles;
}

/** The totals of a step without those of some files. */
export function countsWithout(counts: Counts, files: readonly FailedFile[]): Counts {
  return files.reduce(
    ({ passed, failed, skipped }, { counts }) => ({
      passed: passed - counts.passed,
      failed: failed - counts.failed,
      skipped: skipped - counts.skipped,
    }),
    counts,
  );
}
