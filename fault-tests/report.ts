import { availableParallelism } from "node:os";
import type { StoreKind } from "./ground/proving-ground.js";
import type { Proof, ProofResult } from "./proof.js";

/** Names of the marks around the table of each store in a page. */
export const tableMarks: Readonly<Record<StoreKind, string>> = { libsql: "proofs", postgres: "proofs-postgres" };

/** A proof with its result. */
export interface Row {
  readonly proof: Proof;
  readonly result: ProofResult;
  readonly seconds: number;
  /** Why it did not run on this store; `null` if it ran. */
  readonly notRun: string | null;
}

const heads = ["test", "runs", "faults", "violations", "seconds", "title", "further figures"] as const;

/** Maximum number of violations listed per proof. */
const maxListed = 50;

/** The table for a terminal. */
export function toTable(rows: readonly Row[]): string {
  const lines = [heads, ...rows.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const padded = (line: readonly string[]) =>
    line.map((cell, column) =>
      column > 0 && column < 5 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
  return lines.map((line) => padded(line).join("  ").trimEnd()).join("\n");
}

/** The table in Markdown, with the command that repeats it. */
export function toMarkdown(
  rows: readonly Row[],
  run: { readonly seed: number; readonly date: Date; readonly command: string },
): string {
  const minutes = rows.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const lines = [heads, ["---", "---:", "---:", "---:", "---:", "---", "---"], ...rows.map(cellsOf)];
  return [
    `\`${run.command} --seed ${run.seed}\`, ${run.date.toISOString().slice(0, 10)}, ${minutes.toFixed(0)} minutes on ${availableParallelism()} cores, Node ${process.versions.node}:`,
    "",
    ...lines.map((line) => `| ${line.join(" | ")} |`),
  ].join("\n");
}

/** All violations, and the command that repeats them. */
export function describeViolations(
  rows: readonly Row[],
  { seed, command }: { readonly seed: number; readonly command: string },
): string {
  return rows
    .filter(({ result }) => result.violations.length > 0)
    .map(({ proof, result: { violations } }) => {
      const lines = violations.slice(0, maxListed).map((each) => `  - ${each}`);
      const more = violations.length > maxListed ? [`  - and ${violations.length - maxListed} more`] : [];
      const head = `${proof.id} ${proof.title} (repeat: ${command} --only ${proof.id} --seed ${seed})`;
      return [head, ...lines, ...more].join("\n");
    })
    .join("\n\n");
}

function cellsOf({ proof, result, seconds, notRun }: Row): readonly string[] {
  if (notRun !== null) return [proof.id, "", "", "not run", "", proof.title, notRun];
  const figures = Object.entries(result.figures ?? {}).map(([name, value]) => `${name}: ${value}`);
  return [
    proof.id,
    count(result.runs),
    count(result.faults),
    count(result.violations.length),
    seconds.toFixed(0),
    proof.title,
    figures.join(" · "),
  ];
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
