import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { root } from "../command.ts";
import type { Counts } from "./check-steps.ts";
import type { FailedFile } from "./failed-files.ts";

/** The part of vitest's JSON report that the check reads. */
export interface VitestReport {
  readonly testResults: readonly VitestFile[];
}

interface VitestFile {
  /** Absolute path. */
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
}

/** Reads a report that vitest wrote. */
export function readVitestReport(path: string): VitestReport {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The totals of a report. A file that failed without a failed test, such as one that does not load, counts as one failure. */
export function vitestCounts({ testResults }: VitestReport): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of testResults.map(countsOf)) {
    counts.passed += passed;
    counts.failed += failed;
    counts.skipped += skipped;
  }
  return counts;
}

/** The failed files, by their paths below the root. */
export function failedVitestFiles({ testResults }: VitestReport): readonly FailedFile[] {
  const failed = testResults.filter((file) => countsOf(file).failed > 0);
  return failed.map((file) => ({ name: relative(root, file.name), counts: countsOf(file) }));
}

function countsOf({ status, assertionResults }: VitestFile): Counts {
  const count = (wanted: string): number => assertionResults.filter((test) => test.status === wanted).length;
  const [passed, failed] = [count("passed"), count("failed")];
  return {
    passed,
    failed: failed === 0 && status === "failed" ? 1 : failed,
    skipped: assertionResults.length - passed - failed,
  };
}

/** A command per failed test that runs it alone; the file's command when the file itself failed. */
export function rerunCommands(report: VitestReport): readonly string[] {
  return report.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = `pnpm vitest run ${relative(root, name)}`;
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length > 0) return failed.map(({ fullName }) => `${file} -t ${quoted(fullName)}`);
    return status === "failed" ? [file] : [];
  });
}

/** Quotes a test name for a shell. `-t` takes a regular expression, so each of its special characters stands for any one character. */
function quoted(name: string): string {
  return `'^${name.replaceAll(/[\\^$.*+?()[\]{}|']/g, ".")}$'`;
}
