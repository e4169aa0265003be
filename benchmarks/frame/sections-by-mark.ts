import type { Failure, Section } from "./report.ts";
import type { RunResults } from "./run-in-turn.ts";

/** The results between two marks of a page. */
export interface MarkedResults extends RunResults {
  /** The name of the marks. */
  readonly mark: string;
}

/** The marks of all benchmarks that have none of their own. */
const together = "figures";

/** A separate benchmark has its own marks, so that its run does not replace the figures of the others. */
export function sectionsByMark(
  { failures, sections }: RunResults,
  separate: ReadonlySet<string>,
): readonly MarkedResults[] {
  const byMark = new Map<string, { sections: Section[]; failures: Failure[] }>();
  const at = (name: string) => {
    const mark = separate.has(name) ? name : together;
    const marked = byMark.get(mark) ?? { sections: [], failures: [] };
    byMark.set(mark, marked);
    return marked;
  };
  for (const section of sections) at(section.benchmark.name).sections.push(section);
  for (const failure of failures) at(failure.name).failures.push(failure);
  return [...byMark].map(([mark, results]) => ({ mark, ...results }));
}
