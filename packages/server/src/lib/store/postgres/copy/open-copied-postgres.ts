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
import { parseFreeze } from "../../copy/freeze-message.js";
import { type SchemaState, schemaState } from "../../copy/schema-state.js";
import { unfinishedCopyId } from "../../schema/next-migration.js";
import { openPool } from "../client/open-pool.js";
import { postgresStore } from "../postgres-store.js";
import { migrations } from "../schema/migrations.js";
import { readMigrations } from "../schema/read-migrations.js";
import { type Names, withNames } from "../text/names.js";
import { freezeFunction, freezeTrigger, tablesWithoutTrigger, unfreezeStatements } from "./freeze-statements.js";
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
    return applied === null ? null : schemaState(applied, migrations);
  }

  migrate(): Promise<void> {
    return this.#store.migrate();
  }

  async markUnfinished(timeline: string | null): Promise<void> {
    await this.#query(`DELETE FROM @migrations WHERE id = ${unfinishedCopyId}`);
    if (timeline === null) return;
    await this.#query(
      `INSERT INTO @migrations (id, name, needs, hash, applied_at)
       VALUES (${unfinishedCopyId}, $1, ${unfinishedCopyId}, '', 0)`,
      [timeline],
    );
  }

  async readTimeline(): Promise<string> {
    return (await this.#store.sequencesOf([])).timeline;
  }

  async count(table: CopiedTable): Promise<number> {
    const [row] = await this.#query(`SELECT count(*) AS n FROM @${table.name} WHERE ${copiedRowsOf(table)}`);
    return Number(row?.n);
  }

  async readPage({ after, limit, table }: PageRequest): Promise<readonly CopiedRow[]> {
    const columns = Object.entries(table.columns).map(([name, kind]) =>
      kind === "integer" ? `"${name}"::text` : `"${name}"`,
    );
    const key = table.key.map((column) => `t."${column}"`).join(", ");
    const types = { text: "text", integer: "bigint", real: "float8" };
    const bound = table.key.map((column, index) => `$${index + 1}::${types[table.columns[column] ?? "text"]}`);
    const start = after === null ? "true" : `(${key}) > (${bound.join(", ")})`;
    const { rows } = await this.#pool.query<(string | number | null)[]>({
      rowMode: "array",
      text: withNames(
        `SELECT ${columns.join(", ")} FROM @${table.name} t
         WHERE ${start} AND ${copiedRowsOf(table)} ORDER BY ${key} LIMIT ${limit}`,
        this.#names,
      ),
      values: [...(after ?? [])],
    });
    return rows;
  }

  writePage({ inserted, removed, table }: PageChanges): Promise<void> {
    return this.#inTransaction(async (client) => {
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

  async writeCounter(table: CopiedTable, last: string): Promise<void> {
    const sequence = sequenceOf(table);
    await this.#query(`SELECT setval(${sequence}, greatest($1::bigint, 1), $1::bigint > 0)`, [last]);
  }

  async readFreeze(): Promise<Freeze | null> {
    const [row] = await this.#query("SELECT value FROM @settings WHERE name = $1", [localSettings.freeze]);
    return parseFreeze(row?.value);
  }

  async freeze(freeze: Freeze): Promise<void> {
    await this.#query(
      "INSERT INTO @settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [localSettings.freeze, JSON.stringify(freeze)],
    );
    await this.#query(freezeFunction(freeze, this.#names));
    // A trigger that exists refuses writes already, and to replace it would wait for a lock again.
    const tables = await this.#query(tablesWithoutTrigger);
    await this.#lockEach(tables.map(({ name }) => freezeTrigger(String(name), this.#names)));
  }

  unfreeze(): Promise<void> {
    return this.#lockEach(unfreezeStatements(this.#names));
  }

  async forgetFreeze(): Promise<void> {
    await this.#query("DELETE FROM @settings WHERE name = $1", [localSettings.freeze]);
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

  /** Runs each statement in its own transaction. Waits no longer for a lock: other writers queue up behind it. */
  async #lockEach(statements: readonly string[]): Promise<void> {
    for (const statement of statements) {
      await this.#inTransaction(async (client) => {
        await client.query("SET LOCAL lock_timeout = '5s'");
        await client.query(statement);
      });
    }
  }

  async #inTransaction(run: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query("BEGIN");
      await run(client);
      await client.query("COMMIT");
      client.release();
    } catch (error) {
      // Closes the connection, and with it the transaction.
      client.release(true);
      throw error;
    }
  }
}

function sequenceOf({ key: [column], name }: CopiedTable): string {
  return `pg_get_serial_sequence('@${name}', '${column}')`;
}
