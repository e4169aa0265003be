import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "libsql";
import { scratchFolder } from "../scratch-folder.js";
import { openLibsqlStore } from "./open-libsql-store.js";
import type { ProvingGround } from "./proving-ground.js";
import { openRemoteLibsqlStore } from "./remote-libsql-store.js";

/** Creates a database file in a temporary folder. */
export async function openLibsqlGround(): Promise<ProvingGround> {
  const folder = await scratchFolder();
  const path = join(folder, "test.db");
  const url = pathToFileURL(path).href;
  let reader: Database.Database | null = null;
  const read = (sql: string): readonly unknown[] => {
    reader ??= new Database(path, { readonly: true });
    return reader.prepare(sql).all([]);
  };
  return {
    url,
    open: (options = {}) => openLibsqlStore(url, options),
    openRemote: (options) => openRemoteLibsqlStore(path, options),
    breakConnection: async () => false,
    rows: async (tables) =>
      JSON.stringify(tables.map((table) => [table, read(`SELECT * FROM safelight_${table} ORDER BY rowid`)])),
    async query(sql) {
      const host = new Database(path, { timeout: 5_000 });
      try {
        const statement = host.prepare(sql);
        if (statement.reader) return statement.all([]) as readonly Readonly<Record<string, unknown>>[];
        statement.run([]);
        return [];
      } finally {
        host.close();
      }
    },
    schema: async () => JSON.stringify(read("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")),
    async clear() {
      reader?.close();
      reader = null;
      await Promise.all(["", "-wal", "-shm"].map((part) => rm(`${path}${part}`, { force: true })));
    },
    async drop() {
      reader?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
