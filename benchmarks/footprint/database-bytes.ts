import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { startChild } from "../frame/servers/child.ts";
import { withCleanup } from "../frame/with-cleanup.ts";

/** Bytes of the database file per completed generation. */
export interface DatabaseBytes {
  readonly each: number;
  /** By table, largest first: bytes of its rows and of its indexes. */
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly indexes: number }[];
}

/** Completes generations on a new file and measures its growth. */
export function databaseBytes(count: number): Promise<DatabaseBytes> {
  return withCleanup(async (defer) => {
    const folder = await scratchFolder();
    defer(() => folder.remove());
    const path = join(folder.path, "safelight.db");
    const child = await startChild(new URL("./database-script.ts", import.meta.url), { core: 0 });
    defer(() => child.stop());
    const url = `file:${path}`;
    await child.run("create", { url });
    const before = await sizeOf(path);
    await child.run("fill", { url, count, prompt: "a lighthouse at dusk ".repeat(10).slice(0, 200) });
    const after = await sizeOf(path);
    return { each: (after - before) / count, tables: tablesOf(path, count) };
  });
}

/** Size after a checkpoint of the write-ahead log. */
async function sizeOf(path: string): Promise<number> {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return (await stat(path)).size;
}

function tablesOf(path: string, count: number): DatabaseBytes["tables"] {
  const database = new DatabaseSync(path, { readOnly: true });
  const { completed } = one(
    database,
    `SELECT count(*) AS completed FROM safelight_generations WHERE state = 'completed'`,
  );
  if (completed !== count) throw new Error(`${completed} of ${count} generations completed.`);
  const rows = database
    .prepare(
      `SELECT tbl_name AS name, sum(iif(type = 'table', pgsize, 0)) AS rows, sum(iif(type = 'index', pgsize, 0)) AS indexes
       FROM dbstat JOIN sqlite_schema USING (name) GROUP BY tbl_name ORDER BY sum(pgsize) DESC`,
    )
    .all();
  database.close();
  return rows.map(({ indexes, name, rows }) => ({
    name: String(name),
    rows: Number(rows) / count,
    indexes: Number(indexes) / count,
  }));
}

function one(database: DatabaseSync, sql: string): Readonly<Record<string, unknown>> {
  return database.prepare(sql).get() ?? {};
}
