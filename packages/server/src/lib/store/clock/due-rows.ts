import type { SqlRow } from "../rows/sql-row.js";

/** The workers' view of due rows: the models of a worker, its lease, and the times that decide which rows it skips. */
export interface DueQuery {
  readonly models: readonly string[];
  readonly leaseMs: number;
  /** Times up to this one are past by the agreed time. */
  readonly pastAt: number;
  /** Whether doubtful rows are part of the due ones; otherwise they are skipped, and read apart. */
  readonly isWarm: boolean;
}

/** The due rows of one snapshot. Each list has `id`, `model` and `due_at`; all but the first also `touched_at`. */
export interface DueRowsRead {
  /** The database's uncorrected time, in epoch milliseconds. */
  readonly now: number;
  /** The stored agreed time, as JSON; `null` for none. */
  readonly agreedTime: string | null;
  /** Rows whose due time only a wrong clock explains. With `owner_id` and `leased`. */
  readonly tooFar: readonly SqlRow[];
  /** The longest due after the skipped ones, up to the limit. With `owner_id` and `leased`. */
  readonly due: readonly SqlRow[];
  /** Up to 100 rows that a process skips until it is warm, with `leased`; empty if it is. */
  readonly doubtful: readonly SqlRow[];
}

/** The statements of a database that the due reader sends. They share the time arguments of its store. */
export interface DueRows {
  /**
   * @param query.skip number of the longest due rows that it does not return.
   * @param query.id reads only this row as the due one; `null` for all.
   */
  read(
    query: DueQuery & { readonly limit: number; readonly skip: number; readonly id: string | null },
  ): Promise<DueRowsRead>;
  /**
   * `owner_id` of each of the next owners with an active generation, with `id` and `model` of the first one that is due.
   * `id` is null if none is due.
   */
  readByOwner(query: DueQuery & { readonly owners: number; readonly ownersAfter: string }): Promise<readonly SqlRow[]>;
  /** Replaces the stored agreed time, unless another process has replaced `before` since. */
  writeAgreedTime(change: { readonly before: string | null; readonly next: string }): Promise<void>;
}
