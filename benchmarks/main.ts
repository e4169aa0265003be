import { parseArgs } from "node:util";
import { putBetweenMarks } from "../scripts/page-marks.ts";
import { benchmarks } from "./benchmarks.ts";
import type { Benchmark, Size } from "./frame/benchmark.ts";
import { describeMachine } from "./frame/machine.ts";
import { toMarkdown } from "./frame/report.ts";
import { runInTurn } from "./frame/run-in-turn.ts";
import { sectionsByMark } from "./frame/sections-by-mark.ts";
import { installPeers } from "./install-peers.ts";

const separate = new Set(benchmarks.filter(({ isSeparate }) => isSeparate).map(({ name }) => name));

const usage = `npx -y pnpm@12.21.0 bench [--short] [--only ${benchmarks.map(({ name }) => name).join(",")}] [--markdown FILE]

Runs Safelight and its peers in turn and prints a table, in less than twenty minutes on two free cores.
BENCH_DIR sets the folder of the databases; by default the temporary folder.

  --short      a small run that checks that everything works, without verdicts on the targets
  --only       only these benchmarks; ${[...separate].join(", ")} runs with this option only
  --markdown   writes the tables between the marks in this file; those of ${[...separate].join(", ")} have marks of their own
`;

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string" },
    markdown: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(usage);
else await main(values.short ? "short" : "full", chosen(values.only));

function chosen(only: string | undefined): readonly Benchmark[] {
  const names = only?.split(",") ?? benchmarks.map(({ name }) => name).filter((name) => !separate.has(name));
  const unknown = names.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown.length === 0) return benchmarks.filter(({ name }) => names.includes(name));
  console.error(`--only: unknown benchmark ${unknown.join(", ")}.\n\n${usage}`);
  process.exit(2);
}

async function main(size: Size, wanted: readonly Benchmark[]): Promise<void> {
  installPeers();
  const results = await runInTurn(wanted, size);
  const command = ["pnpm bench", ...process.argv.slice(2)].join(" ");
  const circumstances = { command, size, machine: describeMachine(), day: new Date() };
  for (const { failures, mark, sections } of sectionsByMark(results, separate)) {
    const text = toMarkdown(sections, { circumstances, failures });
    console.log(text);
    if (values.markdown !== undefined) await putBetweenMarks(values.markdown, { name: mark, text });
  }
  const { failures, sections } = results;
  const isMissed = sections.some(({ findings }) => findings.verdicts.some(({ isMet }) => isMet === false));
  process.exit(failures.length > 0 || (size === "full" && isMissed) ? 1 : 0);
}
