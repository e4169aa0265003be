import { statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import type { Findings } from "../frame/benchmark.ts";
import { compare, type Figures, isAbsent } from "../frame/compare.ts";
import { formatMs, formatRatio } from "../frame/format-figures.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { startChild } from "../frame/servers/child.ts";
import type { BenchDatabase, SharedPostgres } from "../postgres/shared-postgres.ts";
import { copyToPostgres } from "./copy-to-postgres.ts";
import { fillDatabase } from "./fill-database.ts";
import { planFill } from "./fill-plan.ts";
import { type FilledDatabase, toFilled } from "./filled-database.ts";
import { measureReads, type Operation, others, reads } from "./measure-reads.ts";
import { operatorPages } from "./operator-pages.ts";
import { formatCount, type SizeFigures, timesOf, verdictsOf } from "./verdicts.ts";

/** Sizes of the databases, and of the measurement. */
export interface ReadsOptions {
  /** Numbers of generations; the first one is the baseline. */
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** Repetitions of each request in a round. */
  readonly times: number;
  /** The server to which each database is copied before the measurement. @default none: the files are measured */
  readonly postgres?: SharedPostgres;
}

/** Bytes on disk per generation, with temporary space for sorting the indexes. */
const bytesEach = 2_600;
/** Larger databases are not audited, since an audit reads everything. */
const maxAudited = 100_000;

/**
 * Fills databases of several sizes, and sends the same requests to each.
 *
 * @throws {Error} when the databases do not fit on the disk.
 */
export async function findReads({ postgres, rounds, sizes, times }: ReadsOptions): Promise<Findings> {
  const folder = await scratchFolder();
  const copies: BenchDatabase[] = [];
  try {
    await checkDiskSpace(folder.path, sizes);
    // SQLite sorts indexes on the same disk.
    process.env.SQLITE_TMPDIR = folder.path;
    const databases: FilledDatabase[] = [];
    for (const size of sizes) {
      const database = await filled(join(folder.path, `${size}.db`), size);
      const copy = await postgres?.createDatabase();
      if (copy !== undefined) copies.push(copy);
      databases.push(copy === undefined ? database : await copyToPostgres(database, copy));
    }
    const results = await compare(
      databases.map((database, index) => ({
        name: formatCount(sizes[index] ?? 0),
        measure: () => measureReads(database, times),
      })),
      { rounds },
    );
    const figures = results.map(({ outcome }) => {
      if (isAbsent(outcome)) throw new Error(outcome.absent);
      return outcome;
    });
    return toFindings(sizes, { databases, figures });
  } finally {
    for (const copy of copies) await copy.drop();
    await folder.remove();
  }
}

async function filled(file: string, size: number): Promise<FilledDatabase> {
  console.error(`  filling with ${formatCount(size)} generations`);
  const plan = planFill(size);
  const began = performance.now();
  const bytes = await fillDatabase(file, plan);
  const seconds = (performance.now() - began) / 1_000;
  if (size <= maxAudited) await audit(file);
  return toFilled(file, { plan, measured: { bytes, seconds } });
}

/** @throws {Error} when the audit fails: then the copies are not a valid Safelight database. */
async function audit(file: string): Promise<void> {
  const host = await startChild(new URL("./host-script.ts", import.meta.url), { env: { DATABASE: file } });
  const found = await host.run<readonly unknown[]>("audit").finally(() => host.stop());
  if (found.length > 0)
    throw new Error(`The audit found ${found.length} violations: ${JSON.stringify(found.slice(0, 3))}`);
}

async function checkDiskSpace(path: string, sizes: readonly number[]): Promise<void> {
  const needed = sizes.reduce((sum, size) => sum + size * bytesEach, 0);
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize >= needed) return;
  throw new Error(
    `The databases need ${formatGb(needed)}, and ${path} has ${formatGb(bavail * bsize)}: set BENCH_DIR.`,
  );
}

function toFindings(
  sizes: readonly number[],
  { databases, figures }: { readonly databases: readonly FilledDatabase[]; readonly figures: readonly Figures[] },
): Findings {
  const found: readonly SizeFigures[] = databases.map(({ bytes }, index) => ({
    generations: sizes[index] ?? NaN,
    figures: figures[index] ?? {},
    fitsIntoMemory: bytes <= totalmem(),
  }));
  const pages = Object.entries(operatorPages).map(([page, { name }]) => [page, name]);
  // The keys of these records.
  const operations = [...Object.entries({ ...reads, ...others }), ...pages] as [Operation, string][];
  const [first] = found;
  const cell = (size: SizeFigures, operation: Operation): string => {
    const [median, p99] = [size.figures[`${operation} median`], size.figures[`${operation} p99`]];
    const times = size === first ? "" : `, ${formatRatio(timesOf(size, { first, operation }))}`;
    return `${formatMs(median ?? NaN)} (${formatMs(p99 ?? NaN)})${times}`;
  };
  return {
    columns: [
      "median (p99), and the median relative to the first size",
      ...sizes.map((size) => `${formatCount(size)} generations`),
    ],
    rows: [
      ...operations.map(([operation, name]) => [name, ...found.map((size) => cell(size, operation))]),
      ["filled in", ...databases.map(({ fillSeconds }) => `${Math.round(fillSeconds)} s`)],
      ["on disk", ...databases.map(({ bytes }) => formatGb(bytes))],
    ],
    verdicts: verdictsOf(found),
  };
}

function formatGb(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 3 : 1)} GB`;
}
