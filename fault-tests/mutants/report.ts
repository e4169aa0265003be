import type { StoreKind } from "../ground/proving-ground.js";
import type { Equivalents } from "./mutant.js";
import type { Row } from "./run-mutants.js";

/** Names of the marks around the counts of each store in a page. */
export const guardMarks: Readonly<Record<StoreKind, string>> = { libsql: "guards", postgres: "guards-postgres" };

/** A run, for its reports. */
export interface Run {
  readonly seconds: number;
  /** Guards that no test can catch. */
  readonly equivalents: readonly Equivalents[];
  readonly date: Date;
  readonly command: string;
}

/** The list of all guards: made by each run, and ignored by git. Relative to this folder. */
export const listPath = "../.data/guards.md";

/** The result in a few lines: the counts, and the id of each guard that no test caught. */
export function toSummary(
  rows: readonly Row[],
  { seconds, equivalents }: Pick<Run, "seconds" | "equivalents">,
): string {
  const of = (type: Row["verdict"]["type"]) => rows.filter(({ verdict }) => verdict.type === type);
  const names = (list: readonly Row[]) => list.map(({ mutant }) => `\n  ${mutant.id}`).join("");
  return [
    `${rows.length} guards removed, ${of("caught").length} caught, ${countOf(equivalents)} equivalents listed, ${minutes(seconds)}`,
    ...(of("survived").length > 0 ? [`caught by no test:${names(of("survived"))}`] : []),
    ...(of("timeout").length > 0 ? [`timed out:${names(of("timeout"))}`] : []),
    ...(of("broken").length > 0 ? [`invalid mutant:${names(of("broken"))}`] : []),
  ].join("\n");
}

/** The counts of the last run by room, or by kind in PL/pgSQL; the equivalents; and the guards that no test caught. */
export function toPage(rows: readonly Row[], { seconds, equivalents, date, command }: Run): string {
  const groups = [...new Set(rows.map(groupOf))].toSorted();
  const counts = groups.map((group) =>
    toCounts(
      `\`${group}\``,
      rows.filter((row) => groupOf(row) === group),
    ),
  );
  const uncaught = rows.filter(({ verdict }) => verdict.type !== "caught");
  const names = uncaught.map(({ mutant, verdict }) => `- ${cell(mutant.id)} (${verdict.type})`);
  const reasons = equivalents.map(({ because, guards }) => `| ${guards.length} | ${because} |`);
  return [
    `\`${command}\`, ${date.toISOString().slice(0, 10)}, ${minutes(seconds)}:`,
    "",
    "| guard of | made | caught by a test | not caught |",
    "|---|---:|---:|---:|",
    ...counts,
    toCounts("all", rows),
    ...(reasons.length === 0
      ? []
      : [
          "",
          `Not counted are ${countOf(equivalents)} guards that no test can catch:`,
          "",
          "| guards | reason |",
          "|---:|---|",
          ...reasons,
        ]),
    ...(names.length === 0 ? [] : ["", "Not caught:", "", ...names]),
  ].join("\n");
}

/** A table with a row for each guard and the test that caught it. */
export function toList(rows: readonly Row[]): string {
  const cells = rows.map(({ mutant, verdict }) => {
    return `| ${cell(mutant.id)} | ${verdict.type === "caught" ? cell(verdict.by) : `**${verdict.type}**`} |`;
  });
  return ["| without this guard | this test fails |", "|---|---|", ...cells, ""].join("\n");
}

/** The kind of the guard, or its room of the server; of several, that of the first. */
function groupOf({ mutant }: Row): string {
  return mutant.kind ?? mutant.edits[0]?.file.split("/")[2] ?? "";
}

function countOf(equivalents: readonly Equivalents[]): number {
  return equivalents.flatMap(({ guards }) => guards).length;
}

function toCounts(name: string, rows: readonly Row[]): string {
  const caught = rows.filter(({ verdict }) => verdict.type === "caught").length;
  return `| ${name} | ${rows.length} | ${caught} | ${rows.length - caught} |`;
}

function cell(text: string): string {
  const ticks = text.includes("`") ? "``" : "`";
  return `${ticks}${text.replaceAll("|", "\\|")}${ticks}`;
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}
