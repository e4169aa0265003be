import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import type { Pool } from "pg";
import { onTestFinished } from "vitest";
import type { Store } from "../src/lib/ports/store/store.js";
import type { CopiedDatabase } from "../src/lib/store/copy/copied-database.js";
import { copiedTables } from "../src/lib/store/copy/copied-tables.js";
import { openCopiedFile } from "../src/lib/store/libsql/copy/open-copied-file.js";
import { libsqlStore } from "../src/lib/store/libsql/libsql-store.js";
import { openCopiedPostgres } from "../src/lib/store/postgres/copy/open-copied-postgres.js";
import { postgresStore } from "../src/lib/store/postgres/postgres-store.js";
import { tempFolder } from "../testing/temp-folder.js";
import { fillAllTables } from "./fill-all-tables.js";
import { startPostgres } from "./start-postgres.js";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** A database that the test may copy. */
export interface TestDatabase {
  readonly url: string;
  /** The schema of the tables in Postgres. */
  readonly schema: string;
  /** Opens a store, which is closed after the test. */
  open(now?: () => number): Store;
  /** Runs a statement of the test. `@name` stands for a table. */
  query(text: string): Promise<Rows>;
  /** All copied rows of each table, with integers as text. */
  rows(): Promise<Readonly<Record<string, Rows>>>;
}

/** Databases of a test file. Call it at the top of the file: it starts Postgres at the first use. */
export function copiedDatabases() {
  const server = startPostgres();
  let shared: Promise<{
    readonly pool: ReturnType<Awaited<ReturnType<typeof server>>["openPool"]>;
    readonly url: string;
  }> | null = null;
  let schemas = 0;
  const start = async () => {
    const { openPool, socketFolder } = await server();
    return {
      pool: openPool({ max: 8 }),
      url: `postgres:///postgres?host=${encodeURIComponent(socketFolder)}&user=postgres`,
    };
  };
  let filled: Buffer | null = null;
  const databases = {
    /** A schema of its own, which does not exist yet. */
    async postgres(): Promise<TestDatabase & { readonly client: Pool }> {
      shared ??= start();
      const { pool, url } = await shared;
      schemas += 1;
      const schema = `copy_${schemas}`;
      const query = async (text: string) => (await pool.query(text.replaceAll("@", `"${schema}".safelight_`))).rows;
      const open = (now?: () => number) =>
        closed(postgresStore({ client: pool, schema, busyTimeoutMs: 60_000, pollMs: 100, ...(now && { now }) }));
      return { client: pool, url, schema, query, open, rows: () => rowsOf(query) };
    },
    /** A file that does not exist yet. */
    async file(): Promise<TestDatabase & { readonly path: string }> {
      const path = join(await tempFolder("copied"), "app.db");
      const url = `file:${path}`;
      const query = async (text: string): Promise<Rows> => {
        const database = new Database(path, { timeout: 10_000 });
        try {
          const sql = text.replaceAll("@", "safelight_");
          if (!/^\s*SELECT/.test(sql)) {
            database.exec(sql);
            return [];
          }
          // The cast is safe: the driver returns rows by column name.
          return database.prepare(sql).all([]) as Rows;
        } finally {
          database.close();
        }
      };
      const open = (now?: () => number) => closed(libsqlStore({ url, ...(now && { now }) }));
      return { path, url, schema: "public", query, open, rows: () => rowsOf(query) };
    },
    /** A file with rows in every table. The next ones have the bytes of the first one. */
    async filledFile(): Promise<TestDatabase & { readonly path: string }> {
      const file = await databases.file();
      if (filled === null) {
        await fillAllTables(file.open);
        filled = await readFile(file.path);
      } else {
        await writeFile(file.path, filled);
      }
      return file;
    },
    /** A schema with rows in every table. */
    async filledPostgres(): Promise<TestDatabase & { readonly client: Pool }> {
      const postgres = await databases.postgres();
      await fillAllTables(postgres.open);
      return postgres;
    },
    filled: (kind: "file" | "postgres"): Promise<TestDatabase> =>
      kind === "file" ? databases.filledFile() : databases.filledPostgres(),
  };
  return databases;
}

/** Opens a database for the copy until the end of the test. The members of `wrap` replace its own. */
export async function openCopied(
  { schema, url }: TestDatabase,
  wrap: (own: CopiedDatabase) => Partial<CopiedDatabase> = () => ({}),
): Promise<CopiedDatabase> {
  const own = url.startsWith("file:")
    ? await openCopiedFile(url)
    : await openCopiedPostgres(url, { schema, prefix: "safelight_" });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await own.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { ...own, close, ...wrap(own) };
}

function closed(store: Store): Store {
  onTestFinished(() => store.close());
  return store;
}

async function rowsOf(query: (text: string) => Promise<Rows>): Promise<Readonly<Record<string, Rows>>> {
  const rows: Record<string, Rows> = {};
  for (const { columns, key, name } of copiedTables) {
    const list = Object.entries(columns).map(([column, kind]) =>
      kind === "integer" ? `CAST("${column}" AS text) AS "${column}"` : `"${column}"`,
    );
    const condition = name === "settings" ? "WHERE name NOT IN ('frozen', 'write_trial')" : "";
    const order = key.map((column) => `t."${column}"`).join(", ");
    rows[name] = await query(`SELECT ${list.join(", ")} FROM @${name} t ${condition} ORDER BY ${order}`);
  }
  return rows;
}
