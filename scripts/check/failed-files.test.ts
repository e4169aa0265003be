import { expect, it } from "vitest";
import { checkSteps } from "./check-steps.ts";
import {
  countsWithout,
  type FailedFile,
  failedFileLine,
  filesToRunAgain,
  parseFailedFiles,
  type StepResult,
} from "./failed-files.ts";

function failedFile(name: string): FailedFile {
  return { name, counts: { passed: 3, failed: 1, skipped: 2 } };
}

/** A result in which these files failed, and a hundred tests of other files passed. */
function resultOf(failedFiles: readonly FailedFile[], change: Partial<StepResult> = {}): StepResult {
  const count = failedFiles.length;
  return {
    counts: { passed: 100 + 3 * count, failed: count, skipped: 2 * count },
    output: "",
    cpuSeconds: 1,
    failedFiles,
    ...change,
  };
}

it("reads the files that an output names, and no line of a host's own output", () => {
  const files = [failedFile("e2e/http.test.ts"), failedFile("bun")];
  const output = ["deno | Failed: x (1 passed, 1 failed, 0 skipped)", ...files.map(failedFileLine), "107 passed"];
  expect(parseFailedFiles(output.join("\n"))).toEqual(files);
});

it("runs up to five failed files again", () => {
  const files = ["a", "b", "c", "d", "e"].map(failedFile);
  expect(filesToRunAgain(resultOf(files))).toEqual(files);
  expect(filesToRunAgain(resultOf([...files, failedFile("f")]))).toEqual([]);
});

it("runs nothing again when something outside the failed files failed", () => {
  const files = [failedFile("a")];
  expect(filesToRunAgain(resultOf([], { counts: { passed: 0, failed: 1, skipped: 0 } }))).toEqual([]);
  expect(filesToRunAgain(resultOf(files, { counts: { passed: 9, failed: 2, skipped: 0 } }))).toEqual([]);
  const output = "\nVitest caught 1 unhandled error during the test run.\nThis might cause false positive tests.";
  expect(filesToRunAgain(resultOf(files, { output }))).toEqual([]);
});

it("counts each test of a file that runs again once", () => {
  const files = [failedFile("a"), failedFile("b")];
  expect(countsWithout(resultOf(files).counts, files)).toEqual({ passed: 100, failed: 0, skipped: 0 });
});

it("runs no file again in a step that other steps need", () => {
  const needed = new Set(checkSteps.flatMap(({ after = [] }) => after));
  expect(checkSteps.filter((step) => step.runFile !== undefined && needed.has(step.name))).toEqual([]);
});
