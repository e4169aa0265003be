import { putBetweenMarks } from "../../scripts/page-marks.ts";
import type { Benchmark, Findings } from "./benchmark.ts";
import { describeMachine } from "./machine.ts";
import { toMarkdown } from "./report.ts";

/** A benchmark with its own command, since it takes longer than all others together. */
export interface StandaloneBenchmark {
  readonly benchmark: Omit<Benchmark, "run"> & { readonly command: string };
  /** The file that receives the table, between the marks of the benchmark's name. */
  readonly markdown: string | undefined;
  findings(): Promise<Findings>;
}

/** Runs the benchmark, prints its table, and exits, with code 1 when a target is missed. */
export async function printStandalone({ benchmark, findings, markdown }: StandaloneBenchmark): Promise<never> {
  const began = performance.now();
  const found = await findings();
  const seconds = (performance.now() - began) / 1_000;
  const command = [benchmark.command, ...process.argv.slice(2)].join(" ");
  const sections = [{ benchmark, findings: found, seconds }];
  const text = toMarkdown(sections, {
    circumstances: { command, size: "full", machine: describeMachine(), day: new Date() },
  });
  console.log(text);
  if (markdown !== undefined) await putBetweenMarks(markdown, { name: benchmark.name, text });
  process.exit(found.verdicts.some(({ isMet }) => isMet === false) ? 1 : 0);
}
