import type { Equivalents } from "./mutant.js";
import type { Row } from "./run-mutants.js";

/** What came of it in a few lines: how many, and the name of each guard that nobody missed. */
export function toSummary(
  rows: readonly Row[],
  { seconds, equivalents }: { readonly seconds: number; readonly equivalents: number },
): string {
  const of = (type: Row["verdict"]["type"]) => rows.filter(({ verdict }) => verdict.type === type);
  const names = (list: readonly Row[]) => list.map(({ mutant }) => `\n  ${mutant.id}`).join("");
  return [
    `${rows.length} guards taken away, ${of("caught").length} caught, ${equivalents} equivalents listed, ${minutes(seconds)}`,
    ...(of("survived").length > 0 ? [`no test misses:${names(of("survived"))}`] : []),
    ...(of("timeout").length > 0 ? [`no end in time:${names(of("timeout"))}`] : []),
    ...(of("broken").length > 0 ? [`no program any more:${names(of("broken"))}`] : []),
  ].join("\n");
}

/** A page with guard × test. */
export function toMarkdown(
  rows: readonly Row[],
  { seconds, equivalents }: { readonly seconds: number; readonly equivalents: readonly Equivalents[] },
): string {
  const caught = rows.map(({ mutant, verdict }) => `| ${cell(mutant.id)} | ${missed(verdict)} |`);
  const listed = equivalents.flatMap(({ guards, because, together }) =>
    guards.map((id) => {
      const backedUp = together === undefined ? "" : `; caught together with ${together.map(cell).join(", ")}`;
      return `| ${cell(id)} | ${because}${backedUp} |`;
    }),
  );
  return `# What each guard is for

Written by \`pnpm prove:mutants --markdown docs/mutants.md\` in ${minutes(seconds)}. Each row is the server without one guard,
and the first test that went red for it. Guards are found in the sources, so that a new one is a new row.

| without this guard | this goes red |
|---|---|
${caught.join("\n")}

## Equivalents

Nothing changes without these alone, or nothing comes to its end, for the reason given.

| guard | reason |
|---|---|
${listed.join("\n")}
`;
}

function missed(verdict: Row["verdict"]): string {
  if (verdict.type === "survived") return "**none**";
  return verdict.type === "timeout" ? "**no end in time**" : cell(verdict.by);
}

function cell(text: string): string {
  const ticks = text.includes("`") ? "``" : "`";
  return `${ticks}${text.replaceAll("|", "\\|")}${ticks}`;
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}
