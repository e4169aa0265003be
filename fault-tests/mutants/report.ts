import type { Row } from "./run-mutants.js";

/** A run, for its reports. */
export interface Run {
  readonly seconds: number;
  /** Number of guards that no test can catch. */
  readonly equivalents: number;
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
    `${rows.length} guards removed, ${of("caught").length} caught, ${equivalents} equivalents listed, ${minutes(seconds)}`,
    ...(of("survived").length > 0 ? [`caught by no test:${names(of("survived"))}`] : []),
    ...(of("timeout").length > 0 ? [`timed out:${names(of("timeout"))}`] : []),
    ...(of("broken").length > 0 ? [`invalid mutant:${names(of("broken"))}`] : []),
  ].join("\n");
}

/** The page of the last run: the counts of each room, and the guards that no test caught. */
export function toPage(rows: readonly Row[], { seconds, equivalents, date, command }: Run): string {
  const rooms = [...new Set(rows.map(roomOf))].toSorted();
  const counts = rooms.map((room) =>
    toCounts(
      `\`${room}\``,
      rows.filter((row) => roomOf(row) === room),
    ),
  );
  const uncaught = rows.filter(({ verdict }) => verdict.type !== "caught");
  const names = uncaught.map(({ mutant, verdict }) => `- ${cell(mutant.id)} (${verdict.type})`);
  return `# Guards and their tests

\`npx -y pnpm@12.21.0 prove:mutants --markdown docs/mutants.md\` removes one guard of the server at a time, and expects a test to
fail ([reliability](reliability.md#guards)). It writes this summary. The test that caught each guard is in
\`fault-tests/.data/guards.md\` after a run.

\`${command}\`, ${date.toISOString().slice(0, 10)}, ${minutes(seconds)}:

| room | guards | caught by a test | not caught |
|---|---:|---:|---:|
${[...counts, toCounts("all", rows)].join("\n")}

Not counted are ${equivalents} guards that no test can catch. \`fault-tests/mutants/equivalents.ts\` gives the reason for each.
${names.length === 0 ? "" : `\n## Not caught\n\n${names.join("\n")}\n`}`;
}

/** A table with a row for each guard and the test that caught it. */
export function toList(rows: readonly Row[]): string {
  const cells = rows.map(({ mutant, verdict }) => {
    return `| ${cell(mutant.id)} | ${verdict.type === "caught" ? cell(verdict.by) : `**${verdict.type}**`} |`;
  });
  return ["| without this guard | this test fails |", "|---|---|", ...cells, ""].join("\n");
}

/** The room of the server with the guard; of several, that of the first. */
function roomOf({ mutant }: Row): string {
  return mutant.edits[0]?.file.split("/")[2] ?? "";
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
