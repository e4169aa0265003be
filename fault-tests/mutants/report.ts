import type { Equivalents } from "./mutant.js";
import type { Row } from "./run-mutants.js";

/** The result in a few lines: the counts, and the id of each guard that no test caught. */
export function toSummary(
  rows: readonly Row[],
  { seconds, equivalents }: { readonly seconds: number; readonly equivalents: number },
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

/** A page with one row per guard and the test that catches it. */
export function toMarkdown(
  rows: readonly Row[],
  { seconds, equivalents }: { readonly seconds: number; readonly equivalents: readonly Equivalents[] },
): string {
  const caught = rows.map(({ mutant, verdict }) => `| ${cell(mutant.id)} | ${catcher(verdict)} |`);
  const listed = equivalents.flatMap(({ guards, because, together }) =>
    guards.map((id) => {
      const backedUp = together === undefined ? "" : `; caught together with ${together.map(cell).join(", ")}`;
      return `| ${cell(id)} | ${because}${backedUp} |`;
    }),
  );
  return `# Guards and their tests

Written by \`pnpm prove:mutants --markdown docs/mutants.md\` in ${minutes(seconds)}. Each row is the server without one guard,
and the first test that failed for it. Guards are found in the sources, so that a new guard gets a new row.

| without this guard | this test fails |
|---|---|
${caught.join("\n")}

## Equivalents

Removing one of these alone changes nothing, or hangs the tests, for the reason in its row.

| guard | reason |
|---|---|
${listed.join("\n")}
`;
}

function catcher(verdict: Row["verdict"]): string {
  if (verdict.type === "survived") return "**none**";
  return verdict.type === "timeout" ? "**timeout**" : cell(verdict.by);
}

function cell(text: string): string {
  const ticks = text.includes("`") ? "``" : "`";
  return `${ticks}${text.replaceAll("|", "\\|")}${ticks}`;
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}
