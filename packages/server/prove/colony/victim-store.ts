import { fileURLToPath } from "node:url";
import Database from "libsql";
import type { Store } from "../../src/lib/ports/store/store.js";
import { createStore, type LibsqlStoreOptions } from "../../src/lib/store/libsql/commands/create-store.js";
import type { DriverDatabase } from "../../src/lib/store/libsql/executor/file-connection.js";
import { FileExecutor } from "../../src/lib/store/libsql/executor/file-executor.js";
import { type StorePoints, withPoints } from "./kill-points.js";

/** What a statement says where a point lies within a transaction. */
const statementPoints: readonly { readonly point: string; readonly says: RegExp }[] = [
  { point: "P2", says: /INSERT INTO safelight_ledger_entries[^;]*'debit', -credits/ },
  { point: "P14", says: /INSERT INTO safelight_ledger_entries[^;]*'capture' ELSE 'refund'/ },
  { point: "P17", says: /UPDATE safelight_generations\s+SET epoch = epoch \+ 1/ },
];

/**
 * The store of a file, whose process may die before and after each command, and between two statements of one.
 *
 * @param clock where the process has a clock that the parent sets.
 */
export function victimStore(databaseUrl: string, points: StorePoints, clock: LibsqlStoreOptions = {}): Store {
  const path = fileURLToPath(databaseUrl);
  const executor = new FileExecutor({
    path,
    load:
      async () =>
      (file, { timeout }) =>
        mortalDatabase(new Database(file, { timeout }), points.pass),
    synchronous: "full",
    patienceMs: 5_000,
    random: Math.random,
  });
  return withPoints(createStore(executor, databaseUrl, clock), points);
}

function pointOf(sql: string): string | undefined {
  return statementPoints.find(({ says }) => says.test(sql))?.point;
}

function mortalDatabase(database: DriverDatabase, pass: (point: string) => void): DriverDatabase {
  return {
    get inTransaction() {
      return database.inTransaction;
    },
    exec(sql) {
      const point = pointOf(sql);
      if (point !== undefined) pass(point);
      return database.exec(sql);
    },
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      const point = pointOf(sql);
      if (point === undefined) return statement;
      return {
        all: (args) => statement.all(args),
        run(args) {
          pass(point);
          return statement.run(args);
        },
      };
    },
  };
}
