import type { AuditViolation } from "../../ports/store/credits-store.js";
import type { CopiedTable } from "./copied-tables.js";
import type { CopyMark, SchemaState } from "./schema-state.js";

/** Integers are text in decimal digits. */
export type CopiedValue = string | number | null;

/** Values in the order of the table's columns. */
export type CopiedRow = readonly CopiedValue[];

/** Rows after a key, in the order of the key. Text is ordered by its bytes in UTF-8. */
export interface PageRequest {
  readonly table: CopiedTable;
  /** Values of the key's columns; `null` for the first page. */
  readonly after: CopiedRow | null;
  readonly limit: number;
}

/** The changes of one page, which are committed together. */
export interface PageChanges {
  readonly table: CopiedTable;
  /** Values of the key's columns. */
  readonly removed: readonly CopiedRow[];
  readonly inserted: readonly CopiedRow[];
}

/** The reason of a database that refuses writes. */
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

/**
 * A database from which, or to which, all rows are copied. Its methods may be called one after another only.
 *
 * It remembers the mark and the freeze that it read or wrote last. A method that relies on one of them changes nothing and
 * throws `TakenOver` if another run has replaced it since, also while the method runs.
 */
export interface CopiedDatabase {
  /** The URL without credentials. */
  readonly label: string;

  /** `null` if the database has no tables of Safelight. */
  readSchema(): Promise<SchemaState | null>;
  /** Creates the tables of this release. */
  migrate(): Promise<void>;
  /**
   * Replaces the mark of an unfinished copy; `null` removes it. A server refuses to start on a marked database, and one that
   * runs can write nothing.
   */
  markUnfinished(mark: CopyMark | null): Promise<void>;
  readTimeline(): Promise<string>;

  count(table: CopiedTable): Promise<number>;
  readPage(request: PageRequest): Promise<readonly CopiedRow[]>;
  /** Relies on the mark. */
  writePage(changes: PageChanges): Promise<void>;
  /** The last number that the database has assigned; "0" for none. */
  readCounter(table: CopiedTable): Promise<string>;
  /** Relies on the mark. */
  writeCounter(table: CopiedTable, last: string): Promise<void>;

  readFreeze(): Promise<Freeze | null>;
  /** Replaces the stored freeze, and makes the database refuse all writes. When it resolves, no write is in progress. */
  freeze(freeze: Freeze): Promise<void>;
  /** Replaces the run of the stored freeze: the earlier run can neither complete nor release it any more. */
  claimFreeze(run: string): Promise<void>;
  /** Accepts writes again. The freeze is still stored, so that a release that was killed can be repeated. */
  unfreeze(): Promise<void>;
  forgetFreeze(): Promise<void>;
  /** Starts a new timeline: open pages load everything again. */
  startTimeline(): Promise<void>;

  sumCredits(): Promise<CreditSums>;
  /** Updates the statistics by which the planner chooses how to read: those of a new copy describe empty tables. */
  analyze(): Promise<void>;
  /** Other methods may be called while it runs. `close` may end it. */
  audit(): Promise<readonly AuditViolation[]>;
  close(): Promise<void>;
}
