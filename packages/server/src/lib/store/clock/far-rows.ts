import { maxLeaseMs } from "../../ports/store/due-limits.js";
import type { SqlRow } from "../rows/sql-row.js";

/** End of a lease, and the monotonic time since which it has not changed. */
interface LateLease {
  readonly dueAt: number;
  readonly since: number;
}

/** Min interval after a page that found no row, in milliseconds: a full page costs as much as dozens of claims. */
const pageIntervalMs = 1_000;

/** One read of rows whose due time only a wrong clock explains. */
export interface FarPage {
  readonly rows: readonly SqlRow[];
  /** Due time of the last row that the read passed, scheduled ones included; `null` if it passed all. */
  readonly until: number | null;
  /** Whether it was a page; otherwise the read was for one generation. */
  readonly isPage: boolean;
}

/**
 * Walks the rows with a far due time, the latest first, and then from the start again, at most one page a second while it finds
 * none. Any number of scheduled generations therefore only delays the recovery of a row that a clock that was ahead has written.
 */
export class FarRows {
  #before: number | null = null;
  /** Monotonic time of the last page if it found no row. */
  #emptyAt: number | null = null;
  #lateLeases: ReadonlyMap<string, LateLease> = new Map();

  /** The next page has earlier due times; `null` for the first page. */
  get before(): number | null {
    return this.#before;
  }

  /** Whether the next page may be read: at once after a page that found rows. The clock of a test may be set back. */
  isDue(at: number): boolean {
    return this.#emptyAt === null || Math.abs(at - this.#emptyAt) >= pageIntervalMs;
  }

  /**
   * Continues with the next page after a page. Returns the rows that a claim may take: a lease with an implausibly late end may belong to
   * a live worker with a wrong clock. A live worker renews it, so a lease that has not changed for half the max lease is
   * abandoned.
   *
   * @param at monotonic time.
   */
  take({ isPage, rows, until }: FarPage, at: number): readonly SqlRow[] {
    const [before, after] = [this.#before ?? Number.POSITIVE_INFINITY, until ?? Number.NEGATIVE_INFINITY];
    const isOfPage = ({ dueAt }: LateLease): boolean => isPage && dueAt < before && dueAt >= after;
    const leases = new Map([...this.#lateLeases].filter(([, lease]) => !isOfPage(lease)));
    const abandoned = rows.filter((row) => {
      if (row.leased !== 1) return true;
      const [id, dueAt] = [String(row.id), Number(row.due_at)];
      const seen = this.#lateLeases.get(id);
      const since = seen?.dueAt === dueAt ? seen.since : at;
      leases.set(id, { dueAt, since });
      return at - since >= maxLeaseMs / 2;
    });
    this.#lateLeases = leases;
    if (isPage) {
      this.#before = until;
      this.#emptyAt = rows.length === 0 ? at : null;
    }
    return abandoned;
  }
}
