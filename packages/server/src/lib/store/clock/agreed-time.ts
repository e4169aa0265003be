/**
 * Shared time of the processes of a database, stored with the rows. All fields but `aheadMs` are epoch milliseconds.
 * Expired rows are removed by `confirmedAt` only, so a process whose clock is ahead removes nothing early:
 *
 *     12:00  A reports 12:00: `reportedAt` is 12:00
 *     12:01  B reports a later time: `agreedAt` becomes 12:00; `pendingAt`, too, if it was 11:00 or earlier
 *     13:01  an hour more is agreed on: `pendingAt` is 13:00, and `confirmedAt` 12:00
 */
export interface AgreedTime {
  /** The latest reading of a process, with its correction subtracted. */
  readonly reportedAt: number;
  /** The process that reported it. */
  readonly reportedBy: string;
  /** Max correction of any process, in milliseconds. */
  readonly aheadMs: number;
  /** A time that has passed: two processes read at least this, or a process ran until then. */
  readonly agreedAt: number;
  /** The agreed time that is confirmed once another hour is agreed on. */
  readonly pendingAt: number;
  /** A time that was agreed on at least an hour of agreed time ago. Rows that expired by then may be removed. */
  readonly confirmedAt: number;
}

/** A reading of the time by one process. */
export interface TimeReport {
  /** Epoch milliseconds, with the correction subtracted. */
  readonly now: number;
  readonly by: string;
  readonly aheadMs: number;
  /** An agreed time that the process knew, plus the time that it ran since; 0 for none. */
  readonly provenAt: number;
}

/** In milliseconds. A younger report confirms no other: both processes may have started in the same bad minute. */
const apartMs = 30_000;
const confirmAfterMs = 3_600_000;

/**
 * Adds the report of a process. The earliest clock wins: no time is later than the report. Except for the first report,
 * a time that only one process read is not agreed on. The next process that reads at least as much agrees.
 */
export function addReport(known: AgreedTime | null, { aheadMs, by, now, provenAt }: TimeReport): AgreedTime {
  const report = { reportedAt: now, reportedBy: by };
  if (known === null) return { ...report, aheadMs, agreedAt: now, pendingAt: now, confirmedAt: 0 };
  const isSecond = known.reportedBy !== by && now - known.reportedAt >= apartMs;
  const agreedAt = Math.min(Math.max(known.agreedAt, provenAt, isSecond ? known.reportedAt : 0), now);
  const isConfirmed = agreedAt - known.pendingAt >= confirmAfterMs;
  // Without new evidence, a correction shrinks by one second per second.
  const leftMs = known.aheadMs - Math.max(now - known.reportedAt, 0);
  return {
    ...report,
    aheadMs: Math.max(aheadMs, leftMs),
    agreedAt,
    pendingAt: Math.min(isConfirmed ? agreedAt : known.pendingAt, now),
    confirmedAt: Math.min(isConfirmed ? known.pendingAt : known.confirmedAt, now),
  };
}

/**
 * The initial correction of a process: the one of the reporting process, but never to a time before its report.
 *
 * @param now uncorrected.
 */
export function startCorrectionMs({ aheadMs, reportedAt }: AgreedTime, now: number): number {
  return Math.min(aheadMs, Math.max(now - reportedAt, 0));
}
