import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HostRecord } from "../examples/hosts/host-record.ts";
import { root } from "./command.ts";
import { putBetweenMarks, readBetweenMarks } from "./page-marks.ts";
import { readRepositoryFile } from "./repository-files.ts";

/** File with the last result of each host. */
const resultsFile = "examples/hosts/results.json";
const page = join(root, "docs/hosting.md");
/** Name of the marks around the table in the page. */
const markName = "hosts";

/** The last result of each host, in the order of the table. */
export function readResults(): readonly HostRecord[] {
  return JSON.parse(readRepositoryFile(resultsFile));
}

/**
 * Replaces the results of the hosts that ran, and writes the table.
 *
 * @param folder has the new result of each host that ran, one file for each.
 */
export async function writeResults(folder: string): Promise<void> {
  const ran = readdirSync(folder).map((file): HostRecord => JSON.parse(readFileSync(join(folder, file), "utf8")));
  const kept = readResults().filter(({ host }) => !ran.some((record) => record.host === host));
  const results = [...kept, ...ran].sort((a, b) => a.host.localeCompare(b.host, "en"));
  writeFileSync(join(root, resultsFile), `${JSON.stringify(results, null, 2)}\n`);
  await putBetweenMarks(page, { name: markName, text: resultsTable(results) });
}

/** The current table of the page. */
export function shownTable(): Promise<string> {
  return readBetweenMarks(page, markName);
}

/** The table of results, followed by the reasons for which a check does not apply. */
export function resultsTable(results: readonly HostRecord[]): string {
  const columns = [...new Set(results.flatMap(({ checks }) => Object.keys(checks)))];
  const reasons: string[] = [];
  const cellOf = (value: boolean | string | undefined): string => {
    if (value === undefined) return "not run";
    if (typeof value === "boolean") return value ? "✓" : "✗";
    if (!reasons.includes(value)) reasons.push(value);
    return `(${reasons.indexOf(value) + 1})`;
  };
  const rows = results.map(({ checks, host, ranOn, versions }) => {
    const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    return [host, packages.join(", "), ranOn, ...columns.map((column) => cellOf(checks[column]))];
  });
  const lines = [["host", "versions", "ran on", ...columns], Array(columns.length + 3).fill("---"), ...rows];
  const notes = reasons.map((reason, index) => `(${index + 1}) ${reason}`);
  return [...lines.map((cells) => `| ${cells.join(" | ")} |`), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}
