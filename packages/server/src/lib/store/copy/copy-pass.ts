import type { CopiedDatabase } from "./copied-database.js";
import type { CopiedTable } from "./copied-tables.js";
import { copyTable } from "./copy-table.js";

/** One pass over all tables. */
export interface PassOptions {
  readonly source: CopiedDatabase;
  readonly target: CopiedDatabase;
  readonly tables: readonly CopiedTable[];
  /** The run that has marked the target. */
  readonly run: string;
  /** Known rows of each table in the source, for the progress only. */
  readonly expected: Readonly<Record<string, number>>;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** The result of one pass. */
export interface CopyPass {
  /** Rows of each table in the source. */
  readonly rows: Readonly<Record<string, number>>;
  readonly total: number;
  readonly written: number;
  readonly ms: number;
}

/** Min interval of two lines of progress, in milliseconds. */
const reportMs = 1_000;

/** Makes all tables of the target equal to those of the source, table by table, and reports the progress. */
export async function runPass(options: PassOptions & { readonly isVerified: boolean }): Promise<CopyPass> {
  const { expected, now, report, tables } = options;
  const start = now();
  const rows: Record<string, number> = {};
  let [total, written, reportedAt] = [0, 0, start];
  for (const table of tables) {
    const count = expected[table.name];
    const all = count === undefined ? "" : ` of ${count}`;
    let done = 0;
    const onRows = (added: number) => {
      done += added;
      if (now() - reportedAt < reportMs) return;
      reportedAt = now();
      report(`${table.name}: ${done}${all} rows, ${rate(total + done, now() - start)} rows/s`);
    };
    const ends = { source: options.source.pages, target: options.target.pages };
    const counts = await copyTable({ ...options, ...ends, table, onRows });
    rows[table.name] = counts.rows;
    total += counts.rows;
    written += counts.written;
  }
  const ms = now() - start;
  report(`${total} rows compared, ${written} written in ${(ms / 1_000).toFixed(1)} s.`);
  return { rows, total, written, ms };
}

function rate(rows: number, ms: number): number {
  return Math.round((rows * 1_000) / Math.max(ms, 1));
}
