import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Proof, ProofScale } from "./proof.js";
import { proofs } from "./proofs.js";
import { describeViolations, type Row, toMarkdown, toTable, withTable } from "./report.js";

const usage = `pnpm prove [--short] [--only F2,F13] [--seed N] [--markdown FILE]

  --short      the forms that run with the tests, in seconds instead of minutes
  --only       these tests alone
  --seed       the same histories again, as far as real processes allow
  --markdown   also writes the table into this file, between its marks
`;

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    markdown: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(usage);
else await prove(chosen(values.only), { scale: values.short ? "short" : "long", seed: Number(values.seed) });

async function prove(list: readonly Proof[], options: { readonly scale: ProofScale; readonly seed: number }) {
  const { scale, seed } = options;
  console.log(`${list.length} proofs in their ${scale} form, seed ${seed}\n`);
  const rows: Row[] = [];
  for (const proof of list) {
    rows.push(await runProof(proof, options));
    // After each: who stops a long run keeps what it has shown.
    if (values.markdown !== undefined) await writeTable(values.markdown, rows, seed);
  }
  console.log(`\n${toTable(rows)}\n`);
  const broken = rows.reduce((sum, { result }) => sum + result.violations.length, 0);
  if (broken > 0) {
    console.log(describeViolations(rows, seed));
    process.exitCode = 1;
  }
}

async function writeTable(path: string, rows: readonly Row[], seed: number): Promise<void> {
  const page = await readFile(path, "utf8");
  await writeFile(path, withTable(page, toMarkdown(rows, { seed, date: new Date() })));
}

/** A proof that breaks down has proved nothing, and neither has one that played nothing. */
async function runProof(proof: Proof, options: { readonly scale: ProofScale; readonly seed: number }): Promise<Row> {
  const started = performance.now();
  console.log(`${proof.id}  ${proof.title}`);
  const result = await proof.run({ ...options, onProgress: progressOf(proof) }).catch((error: unknown) => ({
    runs: 0,
    faults: 0,
    violations: [`it broke down: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`],
  }));
  const violations = result.runs > 0 ? result.violations : [...result.violations, "nothing was played"];
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${proof.id}  ${violations.length} violations, ${seconds.toFixed(1)} s`);
  return { proof, result: { ...result, violations }, seconds };
}

/** A line every ten seconds. */
function progressOf({ id }: Proof): (done: number, of: number) => void {
  let last = performance.now();
  return (done, of) => {
    if (performance.now() - last < 10_000) return;
    last = performance.now();
    console.log(`${id}  ${done} of ${of}`);
  };
}

function chosen(only: string | undefined): readonly Proof[] {
  if (only === undefined) return proofs;
  const ids = only.split(",");
  const unknown = ids.filter((id) => !proofs.some((proof) => proof.id === id));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(", ")}: ${proofs.map(({ id }) => id).join(", ")}`);
  return proofs.filter(({ id }) => ids.includes(id));
}
