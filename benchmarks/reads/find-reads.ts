import { statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import type { Findings } from "../frame/benchmark.ts";
import { compare, type Figures, isAbsent } from "../frame/compare.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { startChild } from "../frame/servers/child.ts";
import { inMs, inTimes } from "../frame/words.ts";
import { fillDatabase } from "./fill-database.ts";
import { planFill } from "./fill-plan.ts";
import { type FilledDatabase, toFilled } from "./filled-database.ts";
import { measureReads, type Operation, others, reads } from "./measure-reads.ts";
import { inNumber, type SizeFigures, timesOf, verdictsOf } from "./verdicts.ts";

/** How large, and how long. */
export interface ReadsOptions {
  /** Numbers of generations; the others are measured against the first. */
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** How often each is asked in a round. */
  readonly times: number;
}

/** On disk, with what sorting the indexes takes for a while. */
const bytesEach = 2_600;
/** It reads everything. */
const mostAudited = 100_000;

/**
 * Fills databases of several sizes, and asks each the same.
 *
 * @throws {Error} when they do not fit on the disk.
 */
export async function findReads({ rounds, sizes, times }: ReadsOptions): Promise<Findings> {
  const folder = await scratchFolder();
  try {
    await checkRoom(folder.path, sizes);
    // Sorts of indexes belong on the same disk.
    process.env.SQLITE_TMPDIR = folder.path;
    const databases: FilledDatabase[] = [];
    for (const size of sizes) databases.push(await filled(join(folder.path, `${size}.db`), size));
    const results = await compare(
      databases.map((database, index) => ({
        name: inNumber(sizes[index] ?? 0),
        measure: () => measureReads(database, times),
      })),
      { rounds },
    );
    const figures = results.map(({ outcome }) => {
      if (isAbsent(outcome)) throw new Error(outcome.absent);
      return outcome;
    });
    return toFindings(sizes, databases, figures);
  } finally {
    await folder.remove();
  }
}

async function filled(file: string, size: number): Promise<FilledDatabase> {
  console.error(`  filling with ${inNumber(size)} generations`);
  const plan = planFill(size);
  const began = performance.now();
  const bytes = await fillDatabase(file, plan);
  const seconds = (performance.now() - began) / 1_000;
  if (size <= mostAudited) await audit(file);
  return toFilled(file, plan, { bytes, seconds });
}

/** @throws {Error} when the books do not add up: then what is measured is no database of Safelight. */
async function audit(file: string): Promise<void> {
  const host = await startChild(new URL("./host-script.ts", import.meta.url), { env: { DATABASE: file } });
  const found = await host.ask<readonly unknown[]>("audit").finally(() => host.stop());
  if (found.length > 0) throw new Error(`The audit finds ${found.length} faults: ${JSON.stringify(found.slice(0, 3))}`);
}

async function checkRoom(path: string, sizes: readonly number[]): Promise<void> {
  const needed = sizes.reduce((sum, size) => sum + size * bytesEach, 0);
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize >= needed) return;
  throw new Error(`It takes ${inGb(needed)} for a while, and ${path} has ${inGb(bavail * bsize)}: set BENCH_DIR.`);
}

function toFindings(
  sizes: readonly number[],
  databases: readonly FilledDatabase[],
  figures: readonly Figures[],
): Findings {
  const found: readonly SizeFigures[] = databases.map(({ bytes }, index) => ({
    generations: sizes[index] ?? NaN,
    figures: figures[index] ?? {},
    fitsIntoMemory: bytes <= totalmem(),
  }));
  const operations = Object.entries({ ...reads, ...others }) as [Operation, string][];
  const [first] = found;
  const cell = (size: SizeFigures, operation: Operation): string => {
    const [median, p99] = [size.figures[`${operation} median`], size.figures[`${operation} p99`]];
    const times = size === first ? "" : `, ${inTimes(timesOf(size, first, operation))}`;
    return `${inMs(median ?? NaN)} (${inMs(p99 ?? NaN)})${times}`;
  };
  return {
    columns: ["median (p99), and the median beside the first", ...sizes.map((size) => `${inNumber(size)} generations`)],
    rows: [
      ...operations.map(([operation, name]) => [name, ...found.map((size) => cell(size, operation))]),
      ["filled in", ...databases.map(({ fillSeconds }) => `${Math.round(fillSeconds)} s`)],
      ["on disk", ...databases.map(({ bytes }) => inGb(bytes))],
    ],
    verdicts: verdictsOf(found),
  };
}

function inGb(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 3 : 1)} GB`;
}
