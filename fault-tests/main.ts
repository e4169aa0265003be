import { inspect } from "node:util";
import { putBetweenMarks, readBetweenMarks } from "../scripts/page-marks.ts";
import { startPostgresServer } from "./ground/postgres-server.js";
import { type GroundSource, libsqlFiles } from "./ground/proving-ground.js";
import { type ProveOptions, parseProveOptions } from "./parse-prove-options.js";
import type { Proof, ProofRun } from "./proof.js";
import { proofs } from "./proofs.js";
import { describeViolations, type Row, tableMarks, toMarkdown, toTable } from "./report.js";

const usage = `npx -y pnpm@12.21.0 prove [--short] [--only F2,F13] [--seed N] [--store libsql|postgres] [--markdown FILE]

Runs the fault tests, for two to three hours on two cores.

  --short      the short forms, as the tests run them, in minutes instead of an hour
  --only       only these tests
  --seed       repeats the histories of a seed, as far as real processes allow
  --store      the database: files of libSQL, the default, or a Postgres server that this command starts
  --markdown   also writes the table into this file, between the marks of the store
`;

const options = parseProveOptions(process.argv.slice(2), { proofs, chance: Date.now() % 1_000_000 });
if (typeof options === "string") {
  console.error(options);
  process.exitCode = 2;
} else if (options.help) console.log(usage);
else await prove(options);

async function prove({ list, scale, seed, store, markdown }: ProveOptions): Promise<void> {
  const marks = tableMarks[store];
  // Fails before the first proof if the page has no place for the table.
  if (markdown !== null) await readBetweenMarks(markdown, marks);
  console.log(`${list.length} proofs in their ${scale} form on ${store}, seed ${seed}\n`);
  const command = store === "libsql" ? "pnpm prove" : `pnpm prove --store ${store}`;
  const server = store === "postgres" ? await startPostgresServer() : null;
  const ground: GroundSource = server === null ? libsqlFiles : { kind: "postgres", server: server.url };
  const rows: Row[] = [];
  for (const proof of list) {
    rows.push(await runProof(proof, { scale, seed, ground }));
    // After each proof, so that an interrupted run keeps its results.
    if (markdown !== null)
      await putBetweenMarks(markdown, { name: marks, text: toMarkdown(rows, { seed, date: new Date(), command }) });
  }
  await server?.stop();
  console.log(`\n${toTable(rows)}\n`);
  const broken = rows.reduce((sum, { result }) => sum + result.violations.length, 0);
  if (broken > 0) console.log(describeViolations(rows, { seed, command }));
  // A proof that threw may have left sockets, timers or processes open.
  process.exit(broken > 0 || rows.every(({ notRun }) => notRun !== null) ? 1 : 0);
}

/** A proof that throws, or runs nothing, is a violation. */
async function runProof(proof: Proof, run: Omit<ProofRun, "onProgress">): Promise<Row> {
  const notRun = proof.excluded?.[run.ground.kind] ?? null;
  if (notRun !== null) {
    console.log(`${proof.id}  not run: ${notRun}`);
    return { proof, result: { runs: 0, faults: 0, violations: [] }, seconds: 0, notRun };
  }
  const started = performance.now();
  console.log(`${proof.id}  ${proof.title}`);
  const result = await proof.run({ ...run, onProgress: progressOf(proof) }).catch((error: unknown) => ({
    runs: 0,
    faults: 0,
    violations: [`the proof itself failed: ${inspect(error)}`],
  }));
  const isIdle = result.runs === 0 && result.violations.length === 0;
  const violations = isIdle ? ["nothing was run"] : result.violations;
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${proof.id}  ${violations.length} violations, ${seconds.toFixed(1)} s`);
  // Now, because a run that is interrupted prints no report.
  for (const violation of violations.slice(0, 5)) console.log(`  - ${violation}`);
  return { proof, result: { ...result, violations }, seconds, notRun };
}

/** Prints progress at most every ten seconds. */
function progressOf({ id }: Proof): (done: number, of: number) => void {
  let last = performance.now();
  return (done, of) => {
    if (performance.now() - last < 10_000) return;
    last = performance.now();
    console.log(`${id}  ${done} of ${of}`);
  };
}
