import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { equivalents } from "./equivalents.js";
import { findMutants, toCatch } from "./find-mutants.js";
import { toMarkdown, toSummary } from "./report.js";
import { type Row, runMutants } from "./run-mutants.js";

const usage = `pnpm prove:mutants [--only WORDS] [--processes N] [--markdown FILE]

Takes one guard of the server away at a time and expects a test to go red.

  --only       guards whose name has these words
  --processes  that run side by side; as many as there are cores
  --nearest    asks the tests beside a guard only, which is quick and may miss what others catch
  --markdown   also writes the table, guard by guard, as a page
`;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    processes: { type: "string", default: String(availableParallelism()) },
    nearest: { type: "boolean", default: false },
    markdown: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(usage);
else await main();

async function main(): Promise<void> {
  const started = performance.now();
  const chosen = toCatch(findMutants()).filter(({ id }) => id.includes(values.only ?? ""));
  if (chosen.length === 0) throw new Error("There is no such guard.");
  console.log(`${chosen.length} guards, one at a time; the tests without a mutant first.\n`);
  let done = 0;
  const rows = await runMutants(chosen, {
    processes: Number(values.processes),
    nearest: values.nearest,
    onRow: (row) => {
      done += 1;
      console.log(`${String(done).padStart(4)}  ${toLine(row)}`);
    },
  });
  const seconds = (performance.now() - started) / 1_000;
  console.log(`\n${toSummary(rows, { seconds, equivalents: equivalents.flatMap(({ guards }) => guards).length })}`);
  if (values.markdown !== undefined) writeFileSync(values.markdown, toMarkdown(rows, { seconds, equivalents }));
  if (rows.some(({ verdict }) => verdict.type !== "caught")) process.exitCode = 1;
}

function toLine({ mutant, verdict }: Row): string {
  if (verdict.type === "survived") return `SURVIVED  ${mutant.id}`;
  if (verdict.type === "broken") return `BROKEN  ${mutant.id}  (${verdict.by})`;
  return `${mutant.id}  ←  ${verdict.by}`;
}
