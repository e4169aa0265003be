import { join } from "node:path";
import type { QuickStart } from "../examples/hosts/quick-start.ts";
import { root } from "./command.ts";
import { putBetweenMarks, readBetweenMarks } from "./page-marks.ts";
import { readRepositoryFile } from "./repository-files.ts";

const tablePage = join(root, "docs", "versions.md");
const markName = "quick-starts";
const tableHead = ["| page | versions | ran on | seconds |", "|---|---|---|---|"];

/** A run of the commands of a page. */
export interface QuickStartResult extends QuickStart {
  /** Path of the page: `docs/express.md`. */
  readonly page: string;
  /** Day of the run: `2026-11-30`. */
  readonly ranOn: string;
}

/** Writes the last run of a page into the table of the page of versions. */
export async function writeQuickStart(result: QuickStartResult): Promise<void> {
  const text = tableWith(await readBetweenMarks(tablePage, markName), result);
  await putBetweenMarks(tablePage, { name: markName, text });
}

/** The table with the row of a page added or replaced. */
export function tableWith(table: string, { page, ranOn, seconds, versions }: QuickStartResult): string {
  const [, title = page] = /^# (.+)$/m.exec(readRepositoryFile(page)) ?? [];
  const link = `[${title}](${page.replace("docs/", "")})`;
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const others = table.split("\n").filter((line) => line.startsWith("| [") && !line.startsWith(`| ${link} |`));
  const rows = [...others, `| ${[link, packages.join(", "), ranOn, `${seconds}`].join(" | ")} |`];
  return [...tableHead, ...rows.sort((a, b) => a.localeCompare(b, "en"))].join("\n");
}
