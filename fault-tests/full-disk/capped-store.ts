import Database from "libsql";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { createStore } from "../../packages/server/src/lib/store/libsql/commands/create-store.js";
import { FileExecutor } from "../../packages/server/src/lib/store/libsql/executor/file-executor.js";

/** A store on a file with a maximum number of pages, which SQLite reports as a full disk. */
export interface CappedStore {
  readonly store: Store;
  /** Allows the file to grow by this many more pages. */
  allowPages(pages: number): void;
  /** Number of generations in the file. */
  countGenerations(): number;
}

/** Opens the store as `libsqlStore` does, with the maximum on each connection. */
export function openCappedStore(path: string): CappedStore {
  let cap = Number.MAX_SAFE_INTEGER;
  const connections = new Set<Database.Database>();
  const capped = (connection: Database.Database): void => {
    connection.exec(`PRAGMA max_page_count = ${Math.min(cap, 1_073_741_823)}`);
  };
  const executor = new FileExecutor({
    path,
    load: async () => (file, options) => {
      const connection = new Database(file, options);
      connections.add(connection);
      capped(connection);
      return {
        get inTransaction() {
          return connection.inTransaction;
        },
        prepare: (sql) => connection.prepare(sql),
        exec: (sql) => connection.exec(sql),
        close: () => {
          connections.delete(connection);
          connection.close();
        },
      };
    },
    synchronous: "full",
    busyTimeoutMs: 5_000,
    random: Math.random,
  });
  const readNumber = (sql: string): number => {
    const connection = new Database(path);
    try {
      return Number(Object.values(Object(connection.prepare(sql).get()))[0]);
    } finally {
      connection.close();
    }
  };
  return {
    store: createStore(executor, { identity: `file:${path}`, options: {} }),
    allowPages(pages) {
      cap = readNumber("PRAGMA page_count") + pages;
      for (const connection of connections) capped(connection);
    },
    countGenerations: () => readNumber("SELECT count(*) AS count FROM safelight_generations"),
  };
}
