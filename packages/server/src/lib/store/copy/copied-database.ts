import type { AuditViolation } from "../../ports/store/credits-store.js";
import type { CopiedRow, CopiedTable } from "./copied-tables.js";
import type { CopyMark, SchemaState } from "./schema-state.js";

/** Rows after a key, in the order of the key. Text is ordered by its bytes in UTF-8. */
export interface PageRequest {
  readonly table: CopiedTable;
  /** Values of the key's columns; `null` for the first page. */
  readonly after: CopiedRow | null;
  /** Max rows. */
  readonly limit: number;
  /** The page ends with the row that reaches this size: text in UTF-8, and 8 bytes for each number. */
  readonly maxBytes: number;
}

/** The changes of one page, which are committed together. */
export interface PageChanges {
  readonly table: CopiedTable;
  /** Values of the key's columns. */
  readonly removed: readonly CopiedRow[];
  readonly inserted: readonly CopiedRow[];
}

/** Why a source refuses writes, as stored in its settings. */
export interface Freeze {
  readonly phase: "copying" | "moved";
  /** The database to which it is copied, or has moved. */
  readonly target: string;
  /** The id of the run of the command that wrote it. */
  readonly run: string;
}

/** The sums of all accounts and of all ledger entries, in credits, in decimal digits. */
export interface CreditSums {
  readonly balances: string;
  readonly entries: string;
}

/** The rows of a database. Writes need the mark of their run, and otherwise throw `TakenOver` and change nothing. */
export interface TablePages {
  count(table: CopiedTable): Promise<number>;
  /** Returns fewer rows than there are only at a limit of the request. */
  read(request: PageRequest): Promise<readonly CopiedRow[]>;
  /** @param run the run of the stored mark. */
  write(changes: PageChanges, run: string): Promise<void>;
  /** The current value of the table's sequence; "0" for none. */
  readCounter(table: CopiedTable): Promise<string>;
  /** @param run the run of the stored mark. */
  writeCounter(table: CopiedTable, counter: { readonly last: string; readonly run: string }): Promise<void>;
}

/** The mark of an unfinished copy. A server does not start on a marked database, and a running server cannot write to it. */
export interface CopyMarkLock {
  /**
   * Replaces the mark; `null` removes it.
   *
   * @param options.expected the run of the stored mark; `null` for none.
   * @throws {TakenOver} if another mark is stored, which then stays.
   */
  replace(options: { readonly expected: string | null; readonly next: CopyMark | null }): Promise<void>;
}

/**
 * The freeze of a source. Each change names the stored freeze that it expects.
 *
 * @throws {TakenOver} from each change if another freeze is stored, which then stays.
 */
export interface FreezeLock {
  read(): Promise<Freeze | null>;
  /** Stores a freeze, and makes the database refuse all writes. When it resolves, no write is in progress. */
  freeze(options: { readonly expected: Freeze | null; readonly next: Freeze }): Promise<void>;
  /** Stores another run: the earlier one can neither complete nor remove the freeze any more. Returns the new freeze. */
  takeOver(options: { readonly expected: Freeze; readonly run: string }): Promise<Freeze>;
  /** Stores the phase "moved" of a database that this run has frozen. Waits for no lock of a table. */
  markMoved(expected: Freeze): Promise<Freeze>;
  /** Accepts writes again. The freeze stays stored, so that a release that was killed can be repeated. */
  acceptWrites(expected: Freeze): Promise<void>;
  delete(expected: Freeze): Promise<void>;
}

/** A database from which, or to which, all rows are copied. Not safe for concurrent calls: await each one. */
export interface CopiedDatabase {
  /** The URL without credentials. */
  readonly label: string;
  readonly pages: TablePages;
  readonly mark: CopyMarkLock;
  readonly freeze: FreezeLock;

  /** `null` if the database has no tables of Safelight. */
  readSchema(): Promise<SchemaState | null>;
  /** Creates the tables of this release. */
  migrate(): Promise<void>;
  readTimeline(): Promise<string>;
  /** Starts a new timeline: open pages load everything again. */
  startTimeline(): Promise<void>;
  sumCredits(): Promise<CreditSums>;
  /** Runs ANALYZE: the planner's statistics of a new copy describe empty tables. */
  analyze(): Promise<void>;
  /** Other methods may be called while it runs. `close` may end it. */
  audit(): Promise<readonly AuditViolation[]>;
  /** Opens the database again, on new connections. Close it, too. */
  reopen(): Promise<CopiedDatabase>;
  /** Also ends calls in progress. Waits a few seconds for a connection that has fallen silent. */
  close(): Promise<void>;
}
