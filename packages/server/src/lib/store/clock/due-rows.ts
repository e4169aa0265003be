import type { SqlRow } from "../rows/sql-row.js";
import type { DueTimes } from "./steady-clock.js";

/** The workers' view of due rows: the models of a worker, its lease, and the times that decide which rows it skips. */
export interface DueQuery {
  readonly models: readonly string[];
  readonly leaseMs: number;
  /** Times up to this one are past by the agreed time. */
  readonly pastAt: number;
  /** Whether doubtful rows are part of the due ones; otherwise they are skipped, and read apart. */
  readonly isWarm: boolean;
  /** Whether it reads due generations whose next step is a long copy. */
  readonly longCopies: boolean;
}

/** Max rows with a far due time of one read, most of which may be scheduled. The next read continues after them. */
export const maxFarRows = 1_000;

/** Max generations that join the queue at one claim. */
export const maxJoinsPerClaim = 1_000;
/**
 * `readWaiting` finds those that join the queue at the next claim among this number of due rows only. A larger limit makes
 * Postgres choose a table scan while its statistics are old.
 */
export const maxDueRowsForPlaces = 200;

/** Whether a row of `DueRowsRead.due` has not joined the queue: it had no attempt, and it was scheduled or parked. */
export function hasNotJoined({ leased, state }: SqlRow): boolean {
  return state === "queued" && leased === 0;
}

/**
 * Renewing a lease writes only its end. Assumes the length of this worker's lease: a holder with a longer lease seems
 * to have renewed later.
 */
export function toDueTimes(row: SqlRow, leaseMs: number): DueTimes {
  const [dueAt, touchedAt] = [Number(row.due_at), Number(row.touched_at)];
  return { dueAt, writtenAt: row.leased === 1 ? Math.max(touchedAt, dueAt - leaseMs) : touchedAt };
}

/** A gate at which generations wait. */
export interface GateRow {
  readonly key: string;
  /** By this process's corrected clock, as the times below, in epoch milliseconds. */
  readonly now: number;
  readonly closedUntil: number;
  /** Theoretical arrival time of GCRA; `null` before the first start. */
  readonly rateTat: number | null;
  /** Attempts in flight and abandoned jobs that may still run, each counted up to the largest limit. */
  readonly inFlight: number;
  /** When the first abandoned job expires and stops counting, whether or not its cancel is confirmed; `null` for none. */
  readonly abandonedUntil: number | null;
  /** Whether a waiting generation is of the worker's models. */
  readonly hasKnown: boolean;
}

/** The due rows of one snapshot. Each list has `id`, `model` and `due_at`; all but the first also `touched_at`. */
export interface DueRowsRead {
  /** The database's uncorrected time, in epoch milliseconds. */
  readonly now: number;
  /** The stored agreed time, as JSON; `null` for none. */
  readonly agreedTime: string | null;
  /** Rows whose due time only a wrong clock explains, among the next `maxFarRows`. With `owner_id` and `leased`. */
  readonly tooFar: readonly SqlRow[];
  /** Due time of the last one of these `maxFarRows`; `null` if there are fewer. */
  readonly farUntil: number | null;
  /** The longest due that do not wait, after the skipped ones, up to the limit. With `owner_id` and `leased`. */
  readonly due: readonly SqlRow[];
  /**
   * Those that wait without a gate, the lowest `rank` first, after the skipped ones, up to the limit. With `owner_id`, and with
   * `attempts` if the claim has a shorter form for a first attempt.
   */
  readonly waiting: readonly SqlRow[];
  /** Whether generations wait at a gate. */
  readonly hasGates: boolean;
  /** When the first key expires that the claim would delete; `Infinity` for none. Absent if the claim reads it itself. */
  readonly keysExpireAt?: number;
  /** Up to 100 rows that a process skips until it is warm, with `leased`; empty if it is. */
  readonly doubtful: readonly SqlRow[];
}

/** The statements of a database that the due reader sends. They share the time arguments of its store. */
export interface DueRows {
  /**
   * @param query.skip number of the longest due rows that it does not return.
   * @param query.waitingSkip number of the first waiting rows that it does not return.
   * @param query.farBefore rows with a far due time before this one; `null` for all, 0 for none.
   * @param query.id reads only this row as the due and as the far one; `null` for all.
   */
  read(
    query: DueQuery & {
      readonly limit: number;
      readonly skip: number;
      readonly waitingSkip: number;
      readonly farBefore: number | null;
      readonly id: string | null;
    },
  ): Promise<DueRowsRead>;
  /** The gates at which generations wait. */
  readGates(query: {
    readonly maxConcurrency: number;
    readonly models: readonly string[];
  }): Promise<readonly GateRow[]>;
  /**
   * Up to `limit` generations of each of these gates, the lowest `rank` first, with `gate`, and up to `limit` that are past
   * their deadline, of any gate.
   */
  readAtGates(
    query: DueQuery & { readonly gates: readonly string[]; readonly limit: number },
  ): Promise<{ readonly atGates: readonly SqlRow[]; readonly overdue: readonly SqlRow[] }>;
  /**
   * `owner_id` of each of the next owners with an active generation, with `id` and `model` of the first one that is due, and
   * the `gate` of the attempt that it would start. `id` is null if none is due.
   *
   * @param query.fullGates gates whose generations it skips.
   */
  readByOwner(
    query: DueQuery & { readonly owners: number; readonly ownersAfter: string; readonly fullGates: readonly string[] },
  ): Promise<readonly SqlRow[]>;
  /** Puts the longest due rows that have not joined the queue into it, up to `maxJoinsPerClaim`. */
  joinQueue(query: DueQuery): Promise<void>;
  /** Replaces the stored agreed time, unless another process has replaced `before` since. */
  writeAgreedTime(change: { readonly before: string | null; readonly next: string }): Promise<void>;
}
