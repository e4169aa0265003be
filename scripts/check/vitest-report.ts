import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { root } from "../command.ts";
import type { Counts } from "./check-steps.ts";

/** The part of vitest's JSON report that the check reads. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    /** Absolute path of the file. */
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Reads a report that vitest wrote. */
export function readVitestReport(path: string): VitestReport {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The totals of a report. */
export function vitestCounts(report: VitestReport): Counts {
  const skipped = report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: report.numFailedTests, skipped };
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

/** For a shell. `-t` takes a regular expression, so each of its special characters stands for any one character. */
function quoted(name: string): string {
  return `'^${name.replaceAll(/[\\^$.*+?()[\]{}|']/g, ".")}$'`;
}
