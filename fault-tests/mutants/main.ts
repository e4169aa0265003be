import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { putBetweenMarks, readBetweenMarks } from "../../scripts/page-marks.ts";
import { equivalentsOf, mutantsToCatch } from "./find-mutants.js";
import { type MutantsOptions, parseMutantsOptions } from "./parse-mutants-options.js";
import { guardMarks, listPath, type Run, toList, toPage, toSummary } from "./report.js";
import { type Row, runMutants } from "./run-mutants.js";

const usage = `npx -y pnpm@12.21.0 prove:mutants [--store libsql|postgres] [--only WORDS] [--processes N] [--markdown FILE]

Removes one guard of the server at a time and expects a test to fail.

  --store      libsql, the default: the whole server on libSQL; postgres: the locks and conditions of the Postgres store
  --only       guards whose name or file contains this text, in any case
  --every      a sample: every N-th guard of these
  --processes  number of processes; the number of cores by default
  --nearest    runs only the tests nearest to a guard: fast, and may miss a guard that other tests catch
  --markdown   also writes the counts into this page, between the marks of the store

fault-tests/.data/guards.md lists the test that caught each guard.

Exits with 1 unless a test catches every guard. A run that times out is repeated once with more time; a second timeout
counts as not caught.
`;

const options = parseMutantsOptions(process.argv.slice(2), {
  find: mutantsToCatch,
  cores: availableParallelism(),
});
if (typeof options === "string") {
  console.error(options);
  process.exitCode = 2;
} else if (options.help) console.log(usage);
else await main(options);

async function main({ chosen, markdown, nearest, processes, store }: MutantsOptions): Promise<void> {
  // Fails before the first run if the page has no place for the counts.
  if (markdown !== null) await readBetweenMarks(markdown, guardMarks[store]);
  const started = performance.now();
  console.log(`${chosen.length} guards, one at a time; first all tests without a mutant.\n`);
  let done = 0;
  const rows = await runMutants(chosen, {
    processes,
    nearest,
    onRow: (row) => {
      done += 1;
      console.log(`${String(done).padStart(4)}  ${toLine(row)}`);
    },
  });
  const run: Run = {
    seconds: (performance.now() - started) / 1_000,
    equivalents: equivalentsOf[store],
    date: new Date(),
    command: ["pnpm prove:mutants", ...process.argv.slice(2)].join(" "),
  };
  console.log(`\n${toSummary(rows, run)}`);
  const list = fileURLToPath(new URL(listPath, import.meta.url));
  mkdirSync(dirname(list), { recursive: true });
  writeFileSync(list, toList(rows));
  if (markdown !== null) await putBetweenMarks(markdown, { name: guardMarks[store], text: toPage(rows, run) });
  if (rows.some(({ verdict }) => verdict.type !== "caught")) process.exitCode = 1;
}

function toLine({ mutant, verdict }: Row): string {
  if (verdict.type === "survived") return `SURVIVED  ${mutant.id}`;
  if (verdict.type === "timeout") return `TIMEOUT  ${mutant.id}  (${verdict.ms / 1_000} s)`;
  if (verdict.type === "broken") return `BROKEN  ${mutant.id}  (${verdict.by})`;
  return `${mutant.id}  ←  ${verdict.by}`;
}
