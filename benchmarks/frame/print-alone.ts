import type { Benchmark, Findings } from "./benchmark.ts";
import { describeMachine } from "./machine.ts";
import { putBetweenMarks } from "./put-between-marks.ts";
import { toMarkdown } from "./report.ts";

/** A benchmark that has a command of its own, since it takes longer than all others together. */
export interface LoneBenchmark {
  readonly benchmark: Omit<Benchmark, "run"> & { readonly command: string };
  /** The file in which its table is put between the marks of its name. */
  readonly markdown: string | undefined;
  findings(): Promise<Findings>;
}

/** Runs it, prints its table, and ends the process: with 1 where a target is missed. */
export async function printAlone({ benchmark, findings, markdown }: LoneBenchmark): Promise<never> {
  const began = performance.now();
  const found = await findings();
  const seconds = (performance.now() - began) / 1_000;
  const command = [benchmark.command, ...process.argv.slice(2)].join(" ");
  const sections = [{ benchmark, findings: found, seconds }];
  const text = toMarkdown(sections, { command, size: "full", machine: describeMachine(), day: new Date() });
  console.log(text);
  if (markdown !== undefined) await putBetweenMarks(markdown, benchmark.name, text);
  process.exit(found.verdicts.some(({ isMet }) => isMet === false) ? 1 : 0);
}
