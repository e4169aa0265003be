import type { Benchmark, Findings, Size, Verdict } from "./benchmark.ts";

/** One benchmark that has run. */
export interface Section {
  readonly benchmark: Omit<Benchmark, "run">;
  readonly findings: Findings;
  readonly seconds: number;
}

/** One benchmark that has not come to its end. */
export interface Failure {
  readonly name: string;
  readonly reason: string;
}

/** What the figures were measured with. */
export interface Circumstances {
  readonly command: string;
  readonly size: Size;
  readonly machine: string;
  readonly day: Date;
}

/** What has failed, a table of all targets, then each benchmark with its own. */
export function toMarkdown(
  sections: readonly Section[],
  { command, day, machine, size }: Circumstances,
  failures: readonly Failure[] = [],
): string {
  const seconds = sections.reduce((sum, section) => sum + section.seconds, 0);
  const minutes = `${(seconds / 60).toFixed(1)} minutes`;
  const verdicts = sections.flatMap(({ findings }) => findings.verdicts);
  return [
    `\`${command}\` (${size}), ${day.toISOString().slice(0, 10)}, in ${minutes}, on ${machine}:`,
    ...failures.map(({ name, reason }) => `**\`${name}\` has failed and is missing here**: ${reason}`),
    table(["what", "target", "measured", ""], verdicts.map(rowOf)),
    ...sections.flatMap(sectionLines),
  ].join("\n\n");
}

function rowOf({ isMet, measured, target, what }: Verdict): readonly string[] {
  return [what, target, measured, isMet === null ? "not told" : isMet ? "holds" : "**missed**"];
}

function sectionLines({ benchmark, findings, seconds }: Section): readonly string[] {
  return [
    `### ${benchmark.title}`,
    benchmark.method,
    table(findings.columns, findings.rows),
    ...(findings.notes ?? []),
    `\`${benchmark.command ?? `pnpm bench --only ${benchmark.name}`}\`, ${Math.round(seconds)} s.`,
  ];
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const alignment = columns.map((_, index) => (index === 0 ? "---" : "---:"));
  return [columns, alignment, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
