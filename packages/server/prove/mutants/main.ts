import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { equivalents } from "./equivalents.js";
import { findMutants, toCatch } from "./find-mutants.js";
import { type MutantsOptions, parseMutantsOptions } from "./parse-mutants-options.js";
import { toMarkdown, toSummary } from "./report.js";
import { type Row, runMutants } from "./run-mutants.js";

const usage = `npx -y pnpm@12.21.0 prove:mutants [--only WORDS] [--processes N] [--markdown FILE]

Takes one guard of the server away at a time and expects a test to go red.

  --only       guards whose name or file has these words, in capitals or not
  --processes  that run side by side; as many as there are cores
  --nearest    asks the tests beside a guard only, which is quick and may miss what others catch
  --markdown   also writes the table, guard by guard, as a page

Exits with 1 unless every guard is missed. What does not come to its end is run once more with more time; then it is no
better than what no test misses.
`;

const options = parseMutantsOptions(process.argv.slice(2), {
  find: () => toCatch(findMutants()),
  cores: availableParallelism(),
});
if (typeof options === "string") {
  console.error(options);
  process.exitCode = 2;
} else if (options.help) console.log(usage);
else await main(options);

async function main({ chosen, processes, nearest, markdown }: MutantsOptions): Promise<void> {
  const started = performance.now();
  console.log(`${chosen.length} guards, one at a time; the tests without a mutant first.\n`);
  let done = 0;
  const rows = await runMutants(chosen, {
    processes,
    nearest,
    onRow: (row) => {
      done += 1;
      console.log(`${String(done).padStart(4)}  ${toLine(row)}`);
    },
  });
  const seconds = (performance.now() - started) / 1_000;
  console.log(`\n${toSummary(rows, { seconds, equivalents: equivalents.flatMap(({ guards }) => guards).length })}`);
  if (markdown !== null) writeFileSync(markdown, toMarkdown(rows, { seconds, equivalents }));
  if (rows.some(({ verdict }) => verdict.type !== "caught")) process.exitCode = 1;
}

function toLine({ mutant, verdict }: Row): string {
  if (verdict.type === "survived") return `SURVIVED  ${mutant.id}`;
  if (verdict.type === "timeout") return `NO END  ${mutant.id}  (${verdict.ms / 1_000} s)`;
  if (verdict.type === "broken") return `BROKEN  ${mutant.id}  (${verdict.by})`;
  return `${mutant.id}  ←  ${verdict.by}`;
}
