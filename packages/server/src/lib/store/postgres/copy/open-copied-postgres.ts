import type { Pool, PoolClient } from "pg";
import type { Store } from "../../../ports/store/store.js";
import type {
  CopiedDatabase,
  CopiedRow,
  CreditSums,
  Freeze,
  PageChanges,
  PageRequest,
} from "../../copy/copied-database.js";
import { type CopiedTable, copiedRowsOf, copiedTables, localSettings } from "../../copy/copied-tables.js";
import { parseFreeze, storedFreeze } from "../../copy/freeze-message.js";
import { type CopyMark, type SchemaState, schemaState } from "../../copy/schema-state.js";
import { TakenOver } from "../../copy/taken-over.js";
import { unfinishedCopyId } from "../../schema/next-migration.js";
import { openPool } from "../client/open-pool.js";
import { postgresStore } from "../postgres-store.js";
import { migrations } from "../schema/migrations.js";
import { readMigrations } from "../schema/read-migrations.js";
import { type Names, withNames } from "../text/names.js";
import {
  acceptOthers,
  dropOthers,
  freezeFunction,
  freezeTable,
  frozenTables,
  openPage,
  passWrites,
  refuseOthers,
  tablesWithoutTrigger,
  unfreezeStatements,
} from "./freeze-statements.js";
import { inTransaction, tryEach } from "./in-transaction.js";
import { selectPage } from "./select-page.js";
import { insertPage, removeRows } from "./write-page.js";

/**
 * Opens a Postgres database for the copy. Creates nothing before `migrate`.
 *
 * @throws {TypeError} for an invalid URL, schema or prefix.
 * @throws {Error} if `pg` is not installed, or the database cannot be reached.
 */
export async function openCopiedPostgres(url: string, names: Names): Promise<CopiedDatabase> {
  const { label, pool } = await openPool(url, names);
  return new CopiedPostgres(label, { pool, names });
}

class CopiedPostgres implements CopiedDatabase {
  readonly label: string;
  readonly #pool: Pool;
  readonly #names: Names;
  readonly #store: Store;
  readonly #auditStore: Store;
  readonly #inUse = new Set<PoolClient>();
  #mark: CopyMark | null = null;
  #freeze: Freeze | null = null;
  /** Whether this object has frozen all tables, and not unfrozen them since. */
  #isFrozen = false;

  constructor(label: string, { names, pool }: { readonly names: Names; readonly pool: Pool }) {
    this.label = label;
    this.#pool = pool;
    this.#names = names;
    this.#store = postgresStore({ client: pool, ...names, busyTimeoutMs: 60_000 });
    // Not retried once `close` has ended its connection.
    this.#auditStore = postgresStore({ client: pool, ...names, busyTimeoutMs: 1 });
    pool.on("acquire", (client) => this.#inUse.add(client));
    pool.on("release", (_, client) => this.#inUse.delete(client));
  }

  async readSchema(): Promise<SchemaState | null> {
    const applied = await readMigrations(this.#pool, this.#names);
    if (applied === null) return null;
    const state = await schemaState(applied, migrations);
    this.#mark = state.mark;
    return state;
  }

  migrate(): Promise<void> {
    return this.#store.migrate();
  }

  async markUnfinished(mark: CopyMark | null): Promise<void> {
    const known = this.#mark;
    // One transaction: with the mark, the triggers are complete.
    await inTransaction(this.#pool, async (client) => {
      const query = (text: string, values: readonly string[] = []) =>
        client.query(withNames(text, this.#names), [...values]);
      await query("SET LOCAL lock_timeout = '5s'");
      const { rows } = await query(`SELECT hash FROM @migrations WHERE id = ${unfinishedCopyId} FOR UPDATE`);
      if (rows[0]?.hash !== known?.run) throw new TakenOver(this.label);
      await query(openPage, [known?.run ?? ""]);
      await query(`DELETE FROM @migrations WHERE id = ${unfinishedCopyId}`);
      if (mark !== null) {
        await query(
          `INSERT INTO @migrations (id, name, needs, hash, applied_at)
           VALUES (${unfinishedCopyId}, $1, ${unfinishedCopyId}, $2, 0)`,
          [mark.timeline, mark.run],
        );
      }
      const statements = mark === null ? [acceptOthers(this.#names)] : refuseOthers(mark.run, this.#names);
      for (const statement of statements) await query(statement);
    });
    this.#mark = mark;
    // A statement that reads the new database delays this, but not the move: triggers that stay let all writes pass.
    if (mark === null) await tryEach(this.#pool, dropOthers(this.#names));
  }

  async readTimeline(): Promise<string> {
    return (await this.#store.sequencesOf([])).timeline;
  }

  async count(table: CopiedTable): Promise<number> {
    const [row] = await this.#query(`SELECT count(*) AS n FROM @${table.name} WHERE ${copiedRowsOf(table)}`);
    return Number(row?.n);
  }

  async readPage(request: PageRequest): Promise<readonly CopiedRow[]> {
    const { rows } = await this.#pool.query<(string | number | null)[]>(selectPage(request, this.#names));
    return rows;
  }

  writePage({ inserted, removed, table }: PageChanges): Promise<void> {
    return this.#whileMarked(async (client) => {
      if (removed.length > 0) {
        await client.query(removeRows({ table, columns: table.key, rows: removed, names: this.#names }));
      }
      if (inserted.length === 0) return;
      const names = Object.keys(table.columns);
      for (const columns of table.uniques) {
        const rows = inserted.map((row) => columns.map((column) => row[names.indexOf(column)] ?? null));
        await client.query(removeRows({ table, columns, rows, names: this.#names }));
      }
      await client.query(insertPage({ table, rows: inserted, names: this.#names }));
    });
  }

  async readCounter(table: CopiedTable): Promise<string> {
    const [row] = await this.#query(
      `SELECT coalesce(pg_sequence_last_value(${sequenceOf(table)}::regclass), 0)::text AS last`,
    );
    return String(row?.last);
  }

  writeCounter(table: CopiedTable, last: string): Promise<void> {
    const sequence = withNames(sequenceOf(table), this.#names);
    return this.#whileMarked(async (client) => {
      await client.query(`SELECT setval(${sequence}, greatest($1::bigint, 1), $1::bigint > 0)`, [last]);
    });
  }

  async readFreeze(): Promise<Freeze | null> {
    const [row] = await this.#query("SELECT value FROM @settings WHERE name = $1", [localSettings.freeze]);
    this.#freeze = parseFreeze(row?.value);
    return this.#freeze;
  }

  async freeze(freeze: Freeze): Promise<void> {
    await this.#writeFreeze(freeze);
    await this.#whileFrozen([freezeFunction(freeze, this.#names)]);
    if (this.#isFrozen) return;
    const missing = new Set((await this.#query(tablesWithoutTrigger)).map(({ name }) => String(name)));
    await this.#whileFrozen(
      frozenTables.map((name) => freezeTable(name, { isNew: missing.has(name), names: this.#names })),
    );
    this.#isFrozen = true;
  }

  async claimFreeze(run: string): Promise<void> {
    if (this.#freeze === null) throw new TakenOver(this.label);
    await this.#writeFreeze({ ...this.#freeze, run });
  }

  /**
   * Replaces the function, which waits for no lock: a statement in progress, such as an audit, would delay the removal of the
   * triggers. Those that stay let all writes pass.
   */
  async unfreeze(): Promise<void> {
    this.#isFrozen = false;
    await this.#whileFrozen([passWrites(this.#names)]);
    await this.#whileFrozen(unfreezeStatements(this.#names), { lockTimeout: "1s" }).catch((error: unknown) => {
      if (error instanceof TakenOver) throw error;
    });
  }

  async forgetFreeze(): Promise<void> {
    await this.#change("DELETE FROM @settings WHERE name = $1 AND value = $2", [
      localSettings.freeze,
      storedFreeze(this.#freeze),
    ]);
    this.#freeze = null;
  }

  async startTimeline(): Promise<void> {
    await this.#store.startTimeline();
  }

  async sumCredits(): Promise<CreditSums> {
    const [row] = await this.#query(
      `SELECT (SELECT coalesce(sum(balance), 0)::text FROM @accounts) AS balances,
         (SELECT coalesce(sum(amount), 0)::text FROM @ledger_entries) AS entries`,
    );
    return { balances: String(row?.balances), entries: String(row?.entries) };
  }

  async analyze(): Promise<void> {
    for (const { name } of copiedTables) await this.#query(`ANALYZE @${name}`);
  }

  audit() {
    return this.#auditStore.audit();
  }

  /** Closes connections in use, too: an audit that was interrupted may run for minutes. */
  async close(): Promise<void> {
    const isEnded = this.#pool.end();
    this.#pool.on("acquire", (client) => void client.end());
    for (const client of this.#inUse) void client.end();
    await Promise.all([isEnded, this.#store.close(), this.#auditStore.close()]);
  }

  async #query(text: string, values: readonly string[] = []): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.#pool.query(withNames(text, this.#names), [...values])).rows;
  }

  /** Runs a statement whose conditions hold until another run takes over. */
  async #change(text: string, values: readonly (string | null)[]): Promise<void> {
    const { rowCount } = await this.#pool.query(withNames(text, this.#names), [...values]);
    if (rowCount === 0) throw new TakenOver(this.label);
  }

  async #writeFreeze(freeze: Freeze): Promise<void> {
    const [name, value] = [localSettings.freeze, storedFreeze(freeze)];
    if (this.#freeze === null) {
      await this.#change("INSERT INTO @settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", [
        name,
        value,
      ]);
    } else {
      await this.#change("UPDATE @settings SET value = $2 WHERE name = $1 AND value = $3", [
        name,
        value,
        storedFreeze(this.#freeze),
      ]);
    }
    this.#freeze = freeze;
  }

  /** Runs a transaction of an unfinished copy, if the mark is still the one that was read or written last. */
  #whileMarked(run: (client: PoolClient) => Promise<void>): Promise<void> {
    return inTransaction(this.#pool, async (client) => {
      const text = `SELECT 1 FROM @migrations WHERE id = ${unfinishedCopyId} AND hash = $1 FOR SHARE`;
      const values = [this.#mark?.run ?? ""];
      const { rowCount } = await client.query(withNames(text, this.#names), values);
      if (rowCount === 0) throw new TakenOver(this.label);
      await client.query(openPage, values);
      await run(client);
    });
  }

  /**
   * Runs each statement in its own transaction, if the freeze is still the one that was read or written last. Waits no
   * longer for a lock: other writers queue up behind it. Locks the table before the setting, as other runs do.
   */
  async #whileFrozen(statements: readonly string[], { lockTimeout = "5s" } = {}): Promise<void> {
    for (const statement of statements) {
      await inTransaction(this.#pool, async (client) => {
        await client.query(`SET LOCAL lock_timeout = '${lockTimeout}'`);
        await client.query(statement);
        const text = "SELECT 1 FROM @settings WHERE name = $1 AND value = $2 FOR SHARE";
        const values = [localSettings.freeze, storedFreeze(this.#freeze)];
        const { rowCount } = await client.query(withNames(text, this.#names), values);
        if (rowCount === 0) throw new TakenOver(this.label);
      });
    }
  }
}

function sequenceOf({ key: [column], name }: CopiedTable): string {
  return `pg_get_serial_sequence('@${name}', '${column}')`;
}
