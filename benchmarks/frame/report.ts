import type { Benchmark, Findings, Size, Verdict } from "./benchmark.ts";

/** A benchmark that has run. */
export interface Section {
  readonly benchmark: Omit<Benchmark, "run">;
  readonly findings: Findings;
  readonly seconds: number;
}

/** A benchmark that failed. */
export interface Failure {
  readonly name: string;
  readonly reason: string;
}

/** Circumstances of the run. */
export interface Circumstances {
  readonly command: string;
  readonly size: Size;
  readonly machine: string;
  readonly day: Date;
}

/** Failures, a table of all targets, then a section per benchmark. */
export function toMarkdown(
  sections: readonly Section[],
  {
    circumstances: { command, day, machine, size },
    failures = [],
  }: { readonly circumstances: Circumstances; readonly failures?: readonly Failure[] | undefined },
): string {
  const seconds = sections.reduce((sum, section) => sum + section.seconds, 0);
  const minutes = `${(seconds / 60).toFixed(1)} minutes`;
  const verdicts = sections.flatMap(({ findings }) => findings.verdicts);
  return [
    `\`${command}\` (${size}), ${day.toISOString().slice(0, 10)}, in ${minutes}, on ${machine}:`,
    ...failures.map(({ name, reason }) => `**\`${name}\` failed and has no section**: ${reason}`),
    table(["what", "target", "measured", ""], verdicts.map(rowOf)),
    ...sections.flatMap(sectionLines),
  ].join("\n\n");
}

function rowOf({ isMet, measured, target, what }: Verdict): readonly string[] {
  return [what, target, measured, isMet === null ? "unknown" : isMet ? "met" : "**missed**"];
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
