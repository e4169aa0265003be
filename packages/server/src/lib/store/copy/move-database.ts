import type { AuditViolation } from "../../ports/store/credits-store.js";
import type { CopiedDatabase, CreditSums, Freeze } from "./copied-database.js";
import { copiedTables } from "./copied-tables.js";
import { type CopyPass, type PassOptions, runPass } from "./copy-pass.js";
import { prepareTarget } from "./prepare-target.js";

/** The move of one database to another one. */
export interface MoveOptions {
  readonly source: CopiedDatabase;
  readonly target: CopiedDatabase;
  /** Copies only: the source accepts writes all the time. */
  readonly isPrepared: boolean;
  /** Max duration of the read-only phase, in milliseconds. */
  readonly maxReadOnlyMs: number;
  /** Gives the move up. */
  readonly signal: AbortSignal;
  /** Receives each line of the progress. */
  readonly report: (line: string) => void;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** The result of a move. */
export interface MoveReport {
  readonly source: string;
  readonly target: string;
  /** Rows of each table, equal in both databases once `moved` is set. */
  readonly rows: Readonly<Record<string, number>>;
  /** The duration of a comparison and an audit, and so about that of the read-only phase; `null` after a kill. */
  readonly estimatedMs: number | null;
  /** `null` if the source still accepts writes. */
  readonly moved: {
    readonly readOnlyMs: number;
    readonly sums: CreditSums;
    /** Violations that the source has, too. */
    readonly violations: readonly AuditViolation[];
  } | null;
}

/** Passes before the source becomes read-only. Each has less to write, unless the host writes faster than the copy. */
const maxPasses = 5;
/** A pass that wrote no more rows than this share of all has caught up. */
const caughtUpShare = 0.01;

/**
 * Copies all rows while the host runs, makes the source read-only, copies what changed, compares each row, audits both, and
 * leaves the source read-only. After an error, the source accepts writes again. After a kill, the next call continues.
 *
 * @throws {Error} if the databases do not fit together, if the read-only phase would be too long, or if they differ.
 */
export async function moveDatabase(options: MoveOptions): Promise<MoveReport> {
  const { maxReadOnlyMs, now, source, target } = options;
  const frozen = await prepareTarget(source, target);
  if (frozen !== null && options.isPrepared) {
    throw new Error(
      `${source.label} is read-only already: finish the move without --prepare, or give it up with --release.`,
    );
  }
  const pass = { ...options, tables: copiedTables };
  const copied = frozen === null ? await catchUp(pass) : null;
  const base = { source: source.label, target: target.label, estimatedMs: copied?.estimatedMs ?? null };
  if (copied !== null && options.isPrepared) return { ...base, rows: copied.rows, moved: null };
  if (copied !== null && copied.estimatedMs > maxReadOnlyMs) throw tooLong(copied.estimatedMs, maxReadOnlyMs);
  const frozenAt = now();
  const finished = await finish(pass, { isMoved: frozen?.phase === "moved" });
  await source.freeze({ phase: "moved", target: target.label });
  await target.markUnfinished(null);
  const { rows, sums, violations } = finished;
  return { ...base, rows, moved: { readOnlyMs: now() - frozenAt, sums, violations } };
}

/** Gives a frozen database back to its host. Returns the freeze that it had; `null` for none. */
export async function releaseDatabase(database: CopiedDatabase): Promise<Freeze | null> {
  const freeze = await database.readFreeze();
  if (freeze === null) return null;
  await database.unfreeze();
  // Another server may have continued the history in the target: pages must not continue from its positions.
  if (freeze.phase === "moved") await database.startTimeline();
  await database.forgetFreeze();
  return freeze;
}

/** Copies until few rows are left, and measures a comparison and an audit, which the read-only phase repeats. */
async function catchUp(options: PassOptions): Promise<CopyPass & { readonly estimatedMs: number }> {
  for (let passes = 1; ; passes += 1) {
    const pass = await runPass({ ...options, isVerified: false });
    if (passes < maxPasses && pass.written > Math.max(pass.total * caughtUpShare, 100)) continue;
    const start = options.now();
    await options.source.audit();
    return { ...pass, estimatedMs: pass.ms + options.now() - start };
  }
}

interface Finished extends CopyPass {
  readonly sums: CreditSums;
  readonly violations: readonly AuditViolation[];
}

/** Freezes the source, makes the databases equal, and checks it. If that fails, the source accepts writes again. */
async function finish(
  options: MoveOptions & PassOptions,
  { isMoved }: { readonly isMoved: boolean },
): Promise<Finished> {
  const { maxReadOnlyMs, report, source, target } = options;
  const deadline = AbortSignal.timeout(maxReadOnlyMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  try {
    if (!isMoved) await source.freeze({ phase: "copying", target: target.label });
    report(`${source.label} is read-only.`);
    const pass = await runPass({ ...options, signal, isVerified: true });
    const checked = await check({ ...options, signal }, pass);
    signal.throwIfAborted();
    return { ...pass, ...checked };
  } catch (error) {
    if (isMoved) throw error;
    const isReleased = await releaseDatabase(source).then(
      () => true,
      () => false,
    );
    const state = isReleased
      ? "accepts writes again"
      : "may still be read-only (repeat the command, or give the move up with --release)";
    const reason = deadline.aborted
      ? `the read-only phase took longer than ${maxReadOnlyMs / 1_000} s`
      : messageOf(error);
    throw new Error(`${source.label} ${state}, and nothing has moved: ${reason}`, { cause: error });
  }
}

async function check(
  { report, source, target }: MoveOptions,
  { rows }: CopyPass,
): Promise<Pick<Finished, "sums" | "violations">> {
  for (const table of copiedTables) {
    const count = await target.count(table);
    if (count !== rows[table.name]) throw new Error(`${table.name} has ${rows[table.name]} rows, its copy ${count}`);
    if (table.isCounted) await target.writeCounter(table, await source.readCounter(table));
  }
  const [sums, copied] = [await source.sumCredits(), await target.sumCredits()];
  if (sums.balances !== copied.balances || sums.entries !== copied.entries) {
    throw new Error(`the credits are ${JSON.stringify(sums)}, those of the copy ${JSON.stringify(copied)}`);
  }
  report("All rows are equal. Auditing both databases.");
  const [violations, known] = await Promise.all([target.audit(), source.audit()]);
  const isKnown = ({ check, subject }: AuditViolation) =>
    known.some((other) => other.check === check && other.subject === subject);
  const added = violations.find((violation) => !isKnown(violation));
  if (added !== undefined) throw new Error(`the audit of the copy found ${added.check} of ${added.subject}`);
  return { sums, violations };
}

function tooLong(estimatedMs: number, maxReadOnlyMs: number): Error {
  const [seconds, max] = [Math.ceil(estimatedMs / 1_000), maxReadOnlyMs / 1_000];
  return new Error(
    `The read-only phase would take about ${seconds} s, longer than ${max} s: pass --max-read-only ${seconds * 2}. Nothing has moved; the next run continues this copy.`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
