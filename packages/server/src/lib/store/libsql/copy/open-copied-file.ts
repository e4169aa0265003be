import { existsSync } from "node:fs";
import type { Store } from "../../../ports/store/store.js";
import type {
  CopiedDatabase,
  CopiedRow,
  CreditSums,
  Freeze,
  PageChanges,
  PageRequest,
} from "../../copy/copied-database.js";
import { type CopiedTable, copiedRowsOf, localSettings } from "../../copy/copied-tables.js";
import { parseFreeze, storedFreeze } from "../../copy/freeze-message.js";
import { type CopyMark, type SchemaState, schemaState } from "../../copy/schema-state.js";
import { TakenOver } from "../../copy/taken-over.js";
import { unfinishedCopyId } from "../../schema/next-migration.js";
import { FileConnection } from "../executor/file-connection.js";
import { fileOf } from "../executor/file-of.js";
import { loadDatabaseDriver, openDatabase } from "../executor/open-database.js";
import { libsqlStore } from "../libsql-store.js";
import { migrations } from "../schema/migrations.js";
import {
  acceptOthers,
  closePage,
  freezeStatements,
  openPage,
  refuseOthers,
  unfreezeStatements,
} from "./freeze-statements.js";

/** In milliseconds. The write lock of another process. */
const lockTimeoutMs = 5_000;

/**
 * Opens a database file for the copy. Creates nothing before `migrate`.
 *
 * @throws {TypeError} if the URL does not name a file.
 */
export async function openCopiedFile(url: string): Promise<CopiedDatabase> {
  const open = openDatabase(await loadDatabaseDriver());
  const path = fileOf(url);
  return new CopiedFile(path, () => new FileConnection(open(path, { timeout: lockTimeoutMs }), "full"));
}

class CopiedFile implements CopiedDatabase {
  readonly label: string;
  readonly #path: string;
  readonly #open: () => FileConnection;
  #connection: FileConnection | null = null;
  #store: Store | null = null;
  #mark: CopyMark | null = null;
  #freeze: Freeze | null = null;

  constructor(path: string, open: () => FileConnection) {
    this.label = `file:${path}`;
    this.#path = path;
    this.#open = open;
  }

  async readSchema(): Promise<SchemaState | null> {
    if (!existsSync(this.#path)) return null;
    const [table] = this.#connected().all("SELECT 1 FROM sqlite_master WHERE name = 'safelight_migrations'");
    if (table === undefined) return null;
    const applied = this.#connected().all("SELECT id, name, hash FROM safelight_migrations");
    const state = await schemaState(applied, migrations);
    this.#mark = state.mark;
    return state;
  }

  migrate(): Promise<void> {
    return this.#opened().migrate();
  }

  async markUnfinished(mark: CopyMark | null): Promise<void> {
    const connection = this.#connected();
    this.#inTransaction(() => {
      this.#checkMark();
      connection.exec(acceptOthers.join(";"));
      connection.run(`DELETE FROM safelight_migrations WHERE id = ${unfinishedCopyId}`);
      if (mark === null) return;
      connection.run(
        `INSERT INTO safelight_migrations (id, name, needs, hash, applied_at)
         VALUES (${unfinishedCopyId}, :timeline, ${unfinishedCopyId}, :run, 0)`,
        { ...mark },
      );
      connection.exec(refuseOthers().join(";"));
    });
    this.#mark = mark;
  }

  async readTimeline(): Promise<string> {
    return (await this.#opened().sequencesOf([])).timeline;
  }

  async count(table: CopiedTable): Promise<number> {
    const [row] = this.#connected().all(`SELECT count(*) AS n FROM ${nameOf(table)} WHERE ${copiedRowsOf(table)}`);
    return Number(row?.n);
  }

  async readPage({ after, limit, table }: PageRequest): Promise<readonly CopiedRow[]> {
    const key = table.key.map(quoted).join(", ");
    const columns = Object.entries(table.columns).map(([name, kind]) =>
      kind === "integer" ? `CAST(${quoted(name)} AS TEXT) AS ${quoted(name)}` : quoted(name),
    );
    const bound = table.key.map((column, index) => parameter({ table, column, index }));
    const start = after === null ? "true" : `(${key}) > (${bound.join(", ")})`;
    const rows = this.#connected().all(
      `SELECT ${columns.join(", ")} FROM ${nameOf(table)} WHERE ${start} AND ${copiedRowsOf(table)}
       ORDER BY ${table.key.map((column) => `${nameOf(table)}.${quoted(column)}`).join(", ")} LIMIT :limit`,
      { ...argumentsOf(after ?? []), limit },
    );
    // The cast is safe: the driver returns the columns in order, and the query casts the integers to text.
    return rows.map((row) => Object.values(row) as CopiedRow);
  }

  async writePage({ inserted, removed, table }: PageChanges): Promise<void> {
    const connection = this.#connected();
    const key = table.key.map((column, index) => `${quoted(column)} = ${parameter({ table, column, index })}`);
    const columns = Object.keys(table.columns);
    // REPLACE also removes rows that have one of the unique values of the new row.
    const insert = `INSERT OR REPLACE INTO ${nameOf(table)} (${columns.map(quoted).join(", ")})
      VALUES (${columns.map((_, index) => `:c${index}`).join(", ")})`;
    this.#whileMarked(() => {
      for (const row of removed) {
        connection.run(`DELETE FROM ${nameOf(table)} WHERE ${key.join(" AND ")}`, argumentsOf(row));
      }
      for (const row of inserted) connection.run(insert, argumentsOf(row));
    });
  }

  async readCounter(table: CopiedTable): Promise<string> {
    const [row] = this.#connected().all("SELECT CAST(seq AS TEXT) AS last FROM sqlite_sequence WHERE name = :name", {
      name: nameOf(table),
    });
    return String(row?.last ?? 0);
  }

  async writeCounter(table: CopiedTable, last: string): Promise<void> {
    const connection = this.#connected();
    this.#whileMarked(() => {
      connection.run("DELETE FROM sqlite_sequence WHERE name = :name", { name: nameOf(table) });
      connection.run("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, CAST(:last AS INTEGER))", {
        name: nameOf(table),
        last,
      });
    });
  }

  async readFreeze(): Promise<Freeze | null> {
    const [row] = this.#connected().all("SELECT value FROM safelight_settings WHERE name = :name", {
      name: localSettings.freeze,
    });
    this.#freeze = parseFreeze(row?.value);
    return this.#freeze;
  }

  /** The file has one writer at a time: when this transaction commits, no other one is open. */
  async freeze(freeze: Freeze): Promise<void> {
    this.#whileFrozen(() => {
      this.#connected().exec(freezeStatements(freeze).join(";"));
      this.#writeFreeze(freeze);
    });
    this.#freeze = freeze;
  }

  async claimFreeze(run: string): Promise<void> {
    if (this.#freeze === null) throw new TakenOver(this.label);
    const freeze = { ...this.#freeze, run };
    this.#whileFrozen(() => this.#writeFreeze(freeze));
    this.#freeze = freeze;
  }

  async unfreeze(): Promise<void> {
    this.#whileFrozen(() => this.#connected().exec(unfreezeStatements.join(";")));
  }

  async forgetFreeze(): Promise<void> {
    this.#whileFrozen(() =>
      this.#connected().run("DELETE FROM safelight_settings WHERE name = :name", { name: localSettings.freeze }),
    );
    this.#freeze = null;
  }

  async startTimeline(): Promise<void> {
    await this.#opened().startTimeline();
  }

  async sumCredits(): Promise<CreditSums> {
    const [row] = this.#connected().all(
      `SELECT (SELECT CAST(coalesce(sum(balance), 0) AS TEXT) FROM safelight_accounts) AS balances,
         (SELECT CAST(coalesce(sum(amount), 0) AS TEXT) FROM safelight_ledger_entries) AS entries`,
    );
    return { balances: String(row?.balances), entries: String(row?.entries) };
  }

  /** Not needed: the queries of the store name their indexes, or have one that fits. */
  async analyze(): Promise<void> {}

  audit() {
    return this.#opened().audit();
  }

  async close(): Promise<void> {
    this.#connection?.close();
    await this.#store?.close();
  }

  #connected(): FileConnection {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  #opened(): Store {
    this.#store ??= libsqlStore({ url: this.label });
    return this.#store;
  }

  #writeFreeze(freeze: Freeze): void {
    this.#connected().run("INSERT OR REPLACE INTO safelight_settings (name, value) VALUES (:name, :value)", {
      name: localSettings.freeze,
      value: storedFreeze(freeze),
    });
  }

  /** Runs a transaction of an unfinished copy, if the mark is still the one that was read or written last. */
  #whileMarked(run: () => void): void {
    this.#inTransaction(() => {
      this.#checkMark();
      this.#connected().exec(openPage);
      run();
      this.#connected().exec(closePage);
    });
  }

  #checkMark(): void {
    const [row] = this.#connected().all(`SELECT hash AS run FROM safelight_migrations WHERE id = ${unfinishedCopyId}`);
    if (row?.run !== this.#mark?.run) throw new TakenOver(this.label);
  }

  /** Runs a transaction if the freeze is still the one that was read or written last. */
  #whileFrozen(run: () => void): void {
    this.#inTransaction(() => {
      const [row] = this.#connected().all("SELECT value FROM safelight_settings WHERE name = :name", {
        name: localSettings.freeze,
      });
      if ((row?.value ?? null) !== storedFreeze(this.#freeze)) throw new TakenOver(this.label);
      run();
    });
  }

  #inTransaction(run: () => void): void {
    const connection = this.#connected();
    connection.exec("BEGIN IMMEDIATE");
    try {
      run();
      connection.exec("COMMIT");
    } catch (error) {
      if (connection.inTransaction) connection.exec("ROLLBACK");
      throw error;
    }
  }
}

function nameOf({ name }: CopiedTable): string {
  return `safelight_${name}`;
}

function quoted(name: string): string {
  return `"${name}"`;
}

/** Integers arrive as text, which compares with numbers only after a cast. */
function parameter({
  column,
  index,
  table,
}: {
  readonly table: CopiedTable;
  readonly column: string;
  readonly index: number;
}): string {
  return table.columns[column] === "integer" ? `CAST(:c${index} AS INTEGER)` : `:c${index}`;
}

function argumentsOf(values: CopiedRow): Record<string, string | number | null> {
  return Object.fromEntries(values.map((value, index) => [`c${index}`, value]));
}
