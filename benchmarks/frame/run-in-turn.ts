import type { Benchmark, Size } from "./benchmark.ts";
import type { Failure, Section } from "./report.ts";

/** Results of a run. */
export interface RunResults {
  readonly sections: readonly Section[];
  readonly failures: readonly Failure[];
}

/** Runs one benchmark after the other, and continues after a failure. */
export async function runInTurn(benchmarks: readonly Benchmark[], size: Size): Promise<RunResults> {
  const sections: Section[] = [];
  const failures: Failure[] = [];
  for (const benchmark of benchmarks) {
    console.error(`${benchmark.name} …`);
    const began = performance.now();
    try {
      const findings = await benchmark.run(size);
      sections.push({ benchmark, findings, seconds: (performance.now() - began) / 1_000 });
    } catch (error) {
      console.error(error);
      const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
      failures.push({ name: benchmark.name, reason });
    }
  }
  return { sections, failures };
}
