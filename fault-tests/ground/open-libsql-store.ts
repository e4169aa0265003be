import { fileURLToPath } from "node:url";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { createStore } from "../../packages/server/src/lib/store/libsql/commands/create-store.js";
import type { DriverDatabase } from "../../packages/server/src/lib/store/libsql/executor/file-connection.js";
import { FileExecutor } from "../../packages/server/src/lib/store/libsql/executor/file-executor.js";
import { loadDatabaseDriver, openDatabase } from "../../packages/server/src/lib/store/libsql/executor/open-database.js";
import { libsqlStore } from "../../packages/server/src/lib/store/libsql/libsql-store.js";
import type { OpenOptions } from "./proving-ground.js";

/** Opens a file. A store that reports its statements has the executor of `libsqlStore` on an observed driver. */
export function openLibsqlStore(url: string, { isDurable = true, onStatement, now, monotonicNow }: OpenOptions): Store {
  const clock = { ...(now && { now }), ...(monotonicNow && { monotonicNow }) };
  const synchronous = isDurable ? "full" : "normal";
  if (onStatement === undefined) return libsqlStore({ url, synchronous, ...clock });
  const executor = new FileExecutor({
    path: fileURLToPath(url),
    load: async () => {
      const open = openDatabase(await loadDatabaseDriver());
      return (file, options) => observedDatabase(open(file, options), onStatement);
    },
    synchronous,
    busyTimeoutMs: 5_000,
    random: Math.random,
  });
  return createStore(executor, { identity: url, options: clock, isFile: true });
}

function observedDatabase(database: DriverDatabase, onStatement: (sql: string) => void): DriverDatabase {
  return {
    get inTransaction() {
      return database.inTransaction;
    },
    exec(sql) {
      onStatement(sql);
      return database.exec(sql);
    },
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        all(args) {
          onStatement(sql);
          return statement.all(args);
        },
        run(args) {
          onStatement(sql);
          return statement.run(args);
        },
      };
    },
  };
}
