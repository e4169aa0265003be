import { setImmediate } from "node:timers/promises";
import type { AuditViolation } from "../../ports/store/credits-store.js";
import { interruptible } from "../../process/interruptible.js";
import type { CopiedDatabase, CreditSums, Freeze } from "./copied-database.js";
import { copiedTables } from "./copied-tables.js";
import { type CopyPass, type PassOptions, runPass } from "./copy-pass.js";
import { prepareTarget } from "./prepare-target.js";
import { TakenOver } from "./taken-over.js";

/** The move of one database to another one. */
export interface MoveOptions {
  readonly source: CopiedDatabase;
  readonly target: CopiedDatabase;
  /** A new random id. A run stops when a later one takes over its databases. */
  readonly run: string;
  /** Ends before the read-only phase: the source accepts writes all the time. */
  readonly prepareOnly: boolean;
  /** Max duration of the read-only phase, in milliseconds. After it, the source accepts writes again. */
  readonly maxReadOnlyMs: number;
  /** Aborts the move. */
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
  /**
   * Estimated duration of the read-only phase in milliseconds: the last pass and both audits. `null` if this run resumed a
   * frozen source.
   */
  readonly estimatedMs: number | null;
  /** `null` if the source still accepts writes. */
  readonly moved: {
    readonly readOnlyMs: number;
    readonly sums: CreditSums;
    /** Violations that the source has, too. */
    readonly violations: readonly AuditViolation[];
  } | null;
}

/** How long a failed move waits for its freeze to end, in milliseconds. */
const freezeTimeoutMs = 10_000;

/** How long a failed move waits for the source to accept writes again, in milliseconds. */
const removalTimeoutMs = 20_000;

/** Passes before the source becomes read-only. Each has less to write, unless the host writes faster than the copy. */
const maxPasses = 5;
/** A pass that wrote no more rows than this share of all has caught up. */
const caughtUpShare = 0.01;

/**
 * Copies all rows while the host runs, makes the source read-only, copies what changed, compares each row, audits both, and
 * leaves the source read-only. If it fails, the source accepts writes again. Exceptions: an error in `switchOver`, and a
 * kill; then call it again to complete the move.
 *
 * @throws {Error} if the databases cannot be copied to each other, if the read-only phase would be too long, or if they differ.
 * @throws {TakenOver} if another run, or a release, has taken over one of them. A freeze that the other run has taken over stays.
 */
export async function moveDatabase(options: MoveOptions): Promise<MoveReport> {
  const { maxReadOnlyMs, now, source, target } = options;
  const frozen = await prepareTarget(options);
  const pass = { ...options, tables: copiedTables };
  const copied = frozen === null ? await catchUp(pass) : null;
  const base = { source: source.label, target: target.label, estimatedMs: copied?.estimatedMs ?? null };
  if (copied !== null && options.prepareOnly) return { ...base, rows: copied.rows, moved: null };
  if (copied !== null && copied.estimatedMs > maxReadOnlyMs) throw tooLong(copied.estimatedMs, maxReadOnlyMs);
  const frozenAt = now();
  const freeze: Freeze = { phase: frozen?.phase ?? "copying", target: target.label, run: options.run };
  const verified = await freezeAndVerify({ ...pass, expected: copied?.rows ?? {} }, { expected: frozen, next: freeze });
  await switchOver(options, freeze);
  const { rows, sums, violations } = verified;
  return { ...base, rows, moved: { readOnlyMs: now() - frozenAt, sums, violations } };
}

/**
 * Lets a frozen database accept writes again. A run that is in progress fails with `TakenOver`.
 *
 * @param run a new random id.
 * @returns the freeze that it had; `null` for none.
 */
export async function releaseDatabase(database: CopiedDatabase, run: string): Promise<Freeze | null> {
  const freeze = await database.freeze.read();
  if (freeze === null) return null;
  const own = await database.freeze.takeOver({ expected: freeze, run });
  await database.freeze.acceptWrites(own);
  // Another server may have continued the history in the target: pages must not continue from its positions.
  if (freeze.phase === "moved") await database.startTimeline();
  await database.freeze.delete(own);
  return freeze;
}

/** Copies until few rows are left, and measures a comparison and both audits, which the read-only phase repeats. */
async function catchUp(
  options: MoveOptions & Omit<PassOptions, "expected">,
): Promise<CopyPass & { readonly estimatedMs: number }> {
  let expected = await countRows(options.source);
  for (let passes = 1; ; passes += 1) {
    const pass = await runPass({ ...options, expected, isVerified: false });
    expected = pass.rows;
    if (passes < maxPasses && pass.written > Math.max(pass.total * caughtUpShare, 100)) continue;
    const start = options.now();
    await auditBoth(options);
    return { ...pass, estimatedMs: pass.ms + options.now() - start };
  }
}

async function countRows(source: CopiedDatabase): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const table of copiedTables) counts[table.name] = await source.pages.count(table);
  return counts;
}

interface VerifiedCopy extends CopyPass {
  readonly sums: CreditSums;
  readonly violations: readonly AuditViolation[];
}

/** Freezes the source, makes the databases equal, and verifies the copy. After an error, the source accepts writes again. */
async function freezeAndVerify(
  options: MoveOptions & PassOptions,
  freeze: { readonly expected: Freeze | null; readonly next: Freeze },
): Promise<VerifiedCopy> {
  const { maxReadOnlyMs, report, run, source } = options;
  const isMoved = freeze.next.phase === "moved";
  // A source that has moved stays read-only after an error, so a limit would only delay the end of the move.
  const deadlines = isMoved ? [] : [AbortSignal.timeout(maxReadOnlyMs)];
  const signal = AbortSignal.any([options.signal, ...deadlines]);
  let freezing = Promise.resolve();
  try {
    // A release that was killed may have removed a part of an existing freeze.
    // Each step ends with the signal: a connection may have fallen silent, without an error.
    freezing = source.freeze.freeze(freeze);
    await interruptible(signal, freezing);
    report(`${source.label} is read-only.`);
    const pass = await interruptible(signal, runPass({ ...options, signal, isVerified: true }));
    const verified = await interruptible(signal, verifyCopy({ ...options, signal }, pass));
    signal.throwIfAborted();
    return { ...pass, ...verified };
  } catch (error) {
    // A statement of the freeze that is in progress must not follow its removal.
    await interruptible(AbortSignal.timeout(freezeTimeoutMs), freezing).catch(() => {});
    if (error instanceof TakenOver) {
      // The later run has taken over the freeze, or will begin without one.
      if (!isMoved) await removeFreeze(source, run).catch(() => {});
      throw error;
    }
    const isLate = deadlines.some(({ aborted }) => aborted);
    const reason = isLate ? `the read-only phase took longer than ${maxReadOnlyMs / 1_000} s` : messageOf(error);
    if (isMoved) throw notMovedYet(source, { reason, cause: error });
    const failure = await removeFreeze(source, run).catch((removalError: unknown) => removalError);
    if (failure instanceof TakenOver) throw failure;
    const state =
      failure === undefined
        ? "accepts writes again"
        : "may still be read-only (repeat the command, or undo the move with --release)";
    throw new Error(`${source.label} ${state}, and nothing has moved: ${reason}`, { cause: error });
  }
}

/**
 * Removes the freeze of this run only; throws `TakenOver` if another run has replaced it. No freeze: it was refused. Uses new
 * connections: the others may have fallen silent, or be busy with the step that was interrupted.
 */
async function removeFreeze(source: CopiedDatabase, run: string): Promise<void> {
  const remove = async (): Promise<void> => {
    const reopened = await source.reopen();
    try {
      const freeze = await reopened.freeze.read();
      if (freeze === null) return;
      if (freeze.run !== run) throw new TakenOver(source.label);
      await reopened.freeze.acceptWrites(freeze);
      await reopened.freeze.delete(freeze);
    } finally {
      await reopened.close();
    }
  };
  await interruptible(AbortSignal.timeout(removalTimeoutMs), remove());
}

async function verifyCopy(
  options: MoveOptions,
  { rows }: CopyPass,
): Promise<Pick<VerifiedCopy, "sums" | "violations">> {
  const { report, run, signal, source, target } = options;
  for (const table of copiedTables) {
    await setImmediate();
    signal.throwIfAborted();
    const count = await target.pages.count(table);
    if (count !== rows[table.name]) throw new Error(`${table.name} has ${rows[table.name]} rows, its copy ${count}`);
    if (!table.hasSequence) continue;
    await target.pages.writeCounter(table, { last: await source.pages.readCounter(table), run });
  }
  const [sums, copied] = [await source.sumCredits(), await target.sumCredits()];
  if (sums.balances !== copied.balances || sums.entries !== copied.entries) {
    throw new Error(`the credits are ${JSON.stringify(sums)}, those of the copy ${JSON.stringify(copied)}`);
  }
  report("All rows are equal. Auditing both databases.");
  const [violations, known] = await auditBoth(options);
  const isKnown = ({ check, subject }: AuditViolation) =>
    known.some((other) => other.check === check && other.subject === subject);
  const added = violations.find((violation) => !isKnown(violation));
  if (added !== undefined) throw new Error(`the audit of the copy found ${added.check} of ${added.subject}`);
  return { sums, violations };
}

/** Audits the target and the source. Rejects once the signal aborts: an audit of a large database takes minutes. */
async function auditBoth({ signal, source, target }: MoveOptions) {
  const audits = target.analyze().then(() => Promise.all([target.audit(), source.audit()]));
  return interruptible(signal, audits);
}

/** From the first statement on, the source refuses writes for good; from the second one on, a server may use the target. */
async function switchOver({ run, source, target }: MoveOptions, freeze: Freeze): Promise<void> {
  try {
    const moved = await source.freeze.markMoved(freeze);
    await target.mark.replace({ expected: run, next: null }).catch(async (error: unknown) => {
      // The target is still marked, so no server has used it. The later run claims the freeze, or begins without one.
      if (error instanceof TakenOver) await removeFreeze(source, run).catch(() => {});
      throw error;
    });
    const stored = await source.freeze.read();
    if (stored?.run === moved.run && stored.phase === moved.phase) return;
    // A release of the source in between: only the source may accept writes.
    await target.mark.replace({ expected: null, next: { timeline: await source.readTimeline(), run } });
    throw new TakenOver(source.label);
  } catch (cause) {
    if (cause instanceof TakenOver) throw cause;
    throw notMovedYet(source, { reason: messageOf(cause), cause });
  }
}

function notMovedYet({ label }: CopiedDatabase, { cause, reason }: { cause: unknown; reason: string }): Error {
  return new Error(`${label} is read-only, and has not moved yet: repeat the command. The reason: ${reason}`, {
    cause,
  });
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
