import { join } from "node:path";
import type { Counts } from "./check/check-steps.ts";
import { root } from "./command.ts";
import { putBetweenMarks, readBetweenMarks } from "./page-marks.ts";
import { readRepositoryFile } from "./repository-files.ts";

const page = join(root, "docs", "versions.md");
const markName = "examples";
const tableHead = ["| example | versions | ran on | tests |", "|---|---|---|---|"];

/** The last result of an example. */
export interface ExampleResult {
  readonly name: string;
  /** Folder of the manifest whose packages ran, relative to the root. */
  readonly manifest: string;
  /** Packages of that manifest whose versions the table shows. */
  readonly packages: readonly string[];
  /** Day of the run: `2026-11-30`. */
  readonly ranOn: string;
  readonly counts: Counts;
}

/** Writes the last result of an example into the table of the page of versions. */
export async function writeExampleResult(result: ExampleResult): Promise<void> {
  const text = tableWith(await readBetweenMarks(page, markName), result);
  await putBetweenMarks(page, { name: markName, text });
}

/** The table with the row of an example added or replaced. */
export function tableWith(table: string, { counts, manifest, name, packages, ranOn }: ExampleResult): string {
  const { dependencies, devDependencies } = JSON.parse(readRepositoryFile(`${manifest}/package.json`));
  const versionOf = (dependency: string): string => dependencies[dependency] ?? devDependencies[dependency];
  const versions = packages.map((dependency) => `${dependency} ${versionOf(dependency)}`).join(", ");
  const { failed, passed, skipped } = counts;
  const tests = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  const link = `[${name}](../examples/${name}/README.md)`;
  const others = table.split("\n").filter((line) => line.startsWith("| [") && !line.startsWith(`| ${link} |`));
  const rows = [...others, `| ${[link, versions, ranOn, tests].join(" | ")} |`];
  return [...tableHead, ...rows.sort((a, b) => a.localeCompare(b, "en"))].join("\n");
}
